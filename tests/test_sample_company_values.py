"""The generated company, with every planted fault and odd rows, gives what plain SQL over its raw extracts gives."""

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from oracle import catalogue, comparison, odd_rows, promises, sample_company, sql_answers, sql_questions
from oracle.parquet_mart import Published

from tests.metricflow import own_parity

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small generated company in a folder of its own: extracts with odd rows, and what is declared over them."""
    folder = tmp_path_factory.mktemp("sample") / "company"
    shutil.copytree(comparison.ROOT / "dbt_project" / "models" / "staging", folder / "staging")
    shutil.copyfile(comparison.ROOT / "data" / "sources.yml", folder / "sources.yml")
    command = [sys.executable, "-m", "data.sample_company", "--scale", "0.05", "--out", str(folder / "extracts")]
    subprocess.run(command, cwd=comparison.ROOT, check=True, timeout=120)
    odd_rows.append(folder / "extracts")
    return folder


@pytest.fixture(scope="module")
def data(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run-time folder of one run over the generated company."""
    data = tmp_path_factory.mktemp("sample") / "data"
    comparison.run_kpi(data, "run", "--company", company)
    return data


@pytest.fixture(scope="module")
def appended(company: Path, data: Path) -> date:
    """The day of an order that came late, for a second run."""
    day = append_an_order(company / "extracts")
    comparison.run_kpi(data, "run", "--company", company)
    return day


@pytest.fixture(scope="module")
def mart(data: Path, appended: date) -> Published:
    """What both runs published."""
    return Published(data / "published")


def test_every_value_equals_plain_sql_over_the_raw_extracts(company: Path, data: Path) -> None:
    expected = sample_company.expected(company / "extracts")
    assert not comparison.report("sample company", expected, comparison.published(data))


def test_every_target_and_status_follows_from_what_the_contracts_promise(data: Path) -> None:
    columns = "value, sample_size, is_complete, target, status, status_reason"
    rows = comparison.query(data, f"select kpi, grain, period_start, slice, slice_value, {columns} from kpi_values")
    assert promises.wrong_rows(rows) == []
    assert {row[-2] for row in rows} >= {"on_target", "at_risk", "off_target", "no_target", None}


def test_every_kpi_and_tracked_metric_of_the_catalogue_is_published(data: Path) -> None:
    assert len(catalogue.NAMES) == 24 + 34
    assert {name for name, *_ in comparison.published(data)} == catalogue.NAMES


def test_every_kpi_that_a_fault_must_show_in_is_of_the_catalogue(company: Path) -> None:
    faults = json.loads((company / "extracts" / "truth.json").read_text())["faults"].values()
    named = {kpi for fault in faults for kpi in (*fault["kpis"], *fault["may_also_move"])}
    assert named
    assert named <= catalogue.NAMES


def test_slice_values_of_few_persons_are_not_published(data: Path) -> None:
    shown = {key[1:] for key in comparison.published(data) if key[0] == "employee_turnover" and key[3] == "department"}
    # legal has four, and design, the next smallest, would be told by the total less all others
    assert ("month", date(2026, 8, 1), "department", "legal") not in shown
    assert ("month", date(2026, 8, 1), "department", "design") not in shown
    # legal had seven then, and nobody is left out for a department that was closed
    assert ("month", date(2025, 4, 1), "department", "legal") in shown
    assert ("month", date(2025, 4, 1), "department", "design") in shown
    assert ("month", date(2025, 4, 1), "department", "closed") not in shown
    # the six of design came on the 12th: on a mean day of the month they were fewer than four
    assert ("month", date(2025, 3, 1), "department", "design") not in shown


def test_every_value_equals_metricflow(data: Path) -> None:
    comparison_with_metricflow = own_parity.compared(data)
    print(f"sample company against MetricFlow: {comparison_with_metricflow}")
    assert not comparison_with_metricflow.differences


def test_an_appended_order_rewrites_only_its_periods_and_gives_what_a_full_refresh_gives(
    company: Path, data: Path, appended: date, tmp_path: Path
) -> None:
    day = appended
    comparison.run_kpi(tmp_path / "refresh", "run", "--company", company)

    assert comparison.days_of_states_in_newest_run(data) == {day}
    assert comparison.periods_of_newest_run(data) == {
        *comparison.periods_of(day, "total_revenue", "gross_margin", "average_order_value", "recurring_sales"),
        *comparison.periods_of(day, "employee_productivity"),
        *comparison.periods_to_date(day, "revenue_mtd", date(2024, 12, 31)),
        *comparison.periods_to_date(day, "revenue_qtd", date(2024, 12, 31)),
        *comparison.periods_to_date(day, "revenue_ytd", date(2024, 12, 31)),
    }
    increment, refresh = comparison.published(data), comparison.published(tmp_path / "refresh")
    assert not comparison.report("increment against full refresh", refresh, increment)
    expected = sample_company.expected(company / "extracts")
    assert not comparison.report("increment against plain SQL", expected, increment)


@pytest.mark.parametrize("question", sorted(sql_questions.blocks()))
def test_the_sql_of_the_documentation_answers_what_plain_python_answers(question: int, mart: Published) -> None:
    answer, expected = sql_questions.asked(mart.folder, question), sql_answers.answered(mart, question)
    assert answer
    assert sql_questions.differences(answer, expected) == []


def test_the_latest_values_of_kpis_are_those_of_the_scorecard(data: Path, mart: Published) -> None:
    cards, latest = ({row["kpi"]: row for row in mart.rows(table)} for table in ("kpi_scorecard", "kpi_latest"))
    shared = [column for column in next(iter(cards.values())) if column in next(iter(latest.values()))]
    assert {"value", "target", "status", "previous_value", "certified", "reasons_es", "last_certified_value"} <= set(
        shared
    )
    assert {kpi for kpi, row in latest.items() if row["kind"] == "kpi"} == set(cards)
    assert [(kpi, c) for kpi, card in cards.items() for c in shared if card[c] != latest[kpi][c]] == []


def test_the_latest_value_of_a_tracked_metric_is_the_newest_complete_one_of_its_review(data: Path) -> None:
    newest = """
        select kpi, max(kpi_values.period_start), arg_max(kpi_values.value, kpi_values.period_start)
        from kpi_values inner join kpi_catalog using (kpi)
        where kind = 'metric' and grain = review_grain and slice = '' and is_complete and value is not null
        group by kpi
    """
    latest = comparison.query(
        data, "select kpi, period_start, value from kpi_latest where kind = 'metric' order by kpi"
    )
    expected = dict.fromkeys(comparison.query(data, "select kpi from kpi_catalog where kind = 'metric'"), (None, None))
    expected |= {(kpi,): found for kpi, *found in comparison.query(data, newest)}
    assert latest == sorted((*kpi, *found) for kpi, found in expected.items())
    assert ("exit_rate", None, None) in latest  # of pages only, never of the whole


def append_an_order(extracts: Path) -> date:
    """Add a completed order that names no customer to an orders file of the past; returns its local day."""
    file = sorted((extracts / "shop" / "orders").glob("*.csv"))[3]
    header, *rows = (line.split(",") for line in file.read_text().splitlines())
    orders = (dict(zip(header, row, strict=True)) for row in rows)
    order = next(row for row in orders if row["status"] == "completed" and row["deleted"] in ("0", "false"))
    order |= {"order_id": "appended", "customer_id": ""}
    with file.open("a") as lines:
        lines.write(",".join(order.values()) + "\n")
    return date.fromisoformat(order["created"][:10])
