"""docs/sql.md and the view that it begins with; its answers are held against runs in test_sample_company_values."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.publishing.views import MartView, mart_views
from tests.dashboards import written_mart
from tests.oracle import sql_answers, sql_questions

pytestmark = pytest.mark.fast

MODEL = Path(__file__).parents[2] / "dbt_project" / "models" / "kpi" / "kpi_latest"
AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)


def latest_view() -> tuple[MartView, list[str]]:
    """The view as publishing makes it, and the columns that its YAML describes."""
    (spec,) = yaml.safe_load(MODEL.with_suffix(".yml").read_text(encoding="utf-8"))["models"]
    node = {"name": MODEL.name, "resource_type": "model", "config": spec["config"]}
    node["raw_code"] = MODEL.with_suffix(".sql").read_text(encoding="utf-8")
    (view,) = mart_views({"nodes": {"view": node}})
    return view, [column["name"] for column in spec["columns"]]


def month(kpi: str, start: date, value: float | None, **columns: Any) -> dict[str, Any]:
    return {**written_mart.value(kpi, value, period_start=start, is_complete=start < OCTOBER), **columns}


def certificate(kpi: str, run_id: str, reason: str | None = None) -> written_mart.Row:
    return written_mart.certificate(kpi, reason is None, run_id, reasons_en=reason)


@pytest.fixture(scope="module")
def mart(tmp_path_factory):
    """A mart of the second of two runs, with the view."""
    second = written_mart.RUN
    file = written_mart.write_mart(
        tmp_path_factory.mktemp("latest") / "mart.duckdb",
        kpi_runs=[
            written_mart.run("first", datetime(2026, 9, 1)),
            written_mart.run(second, datetime(2026, 10, 1)),
            written_mart.run("broken", datetime(2026, 10, 2), status="failed"),
        ],
        kpi_catalog=[
            *(written_mart.kpi(name) for name in ("revenue", "margin", "nothing_yet")),
            *(written_mart.metric(name) for name in ("visits", "pages")),
            *(written_mart.kpi(f"{life}_kpi", lifecycle=life) for life in ("draft", "retired")),
        ],
        kpi_values=[
            month("revenue", AUGUST, 10.0, status="on_target"),
            month("revenue", SEPTEMBER, 12.0, target=14.0, status="off_target", previous_value=10.0),
            month("revenue", OCTOBER, 3.0),
            month("revenue", SEPTEMBER, 99.0, slice="channel", slice_value="web"),
            month("revenue", OCTOBER, 99.0, grain="quarter", is_complete=True),
            month("margin", AUGUST, 0.4, status=None, status_reason="small_sample"),
            month("margin", SEPTEMBER, None),
            month("visits", SEPTEMBER, 7.0),
            month("pages", SEPTEMBER, 1.0, slice="page", slice_value="home"),
            month("draft_kpi", SEPTEMBER, 1.0),
            month("retired_kpi", SEPTEMBER, 1.0),
        ],
        kpi_scorecard=[{"kpi": "revenue", "last_certified_value": 10.0, "last_certified_period_start": AUGUST}],
        kpi_certifications=[
            certificate("revenue", "first"),
            certificate("revenue", second, "late"),
            certificate("margin", "first", "late"),
            certificate("margin", second),
            certificate("visits", second),
        ],
    )
    with duckdb.connect(str(file)) as con:
        view, _ = latest_view()
        con.execute(f"create view {view.name} as {view.sql}")
        yield con


def latest(mart, columns: str) -> dict[str, tuple]:
    """KPI → these columns of its row."""
    rows = mart.execute(f"select kpi, {columns} from kpi_latest").fetchall()
    assert len({row[0] for row in rows}) == len(rows)
    return {kpi: tuple(rest) for kpi, *rest in rows}


def test_the_newest_complete_total_of_the_review_grain_is_the_latest_value(mart):
    assert latest(mart, "period_start, value, target, previous_value") == {
        "revenue": (SEPTEMBER, 12.0, 14.0, 10.0),
        "margin": (AUGUST, 0.4, None, None),
        "nothing_yet": (None, None, None, None),
        "visits": (SEPTEMBER, 7.0, None, None),
        "pages": (None, None, None, None),
    }


def test_only_a_kpi_without_a_value_has_no_data(mart):
    assert latest(mart, "status, status_reason") == {
        "revenue": ("off_target", None),
        "margin": (None, "small_sample"),
        "nothing_yet": ("no_data", None),
        "visits": (None, None),
        "pages": (None, None),
    }


def test_the_run_that_published_certifies_not_one_before_or_one_that_failed_since(mart):
    found = latest(mart, "certified, reasons_en, last_certified_value, last_certified_period_start, run_id")
    assert found["revenue"] == (False, "late", 10.0, AUGUST, written_mart.RUN)
    assert found["margin"] == (True, None, None, None, written_mart.RUN)
    assert found["visits"] == (True, None, None, None, written_mart.RUN)


def test_every_column_of_the_latest_values_is_described_in_their_order(mart):
    _, described = latest_view()
    assert [name for name, *_ in mart.execute("describe kpi_latest").fetchall()] == described


def test_every_question_of_the_documentation_has_an_answer_that_needs_no_sql():
    assert list(sql_questions.blocks()) == list(sql_answers.ANSWERS) == list(range(1, 15))
