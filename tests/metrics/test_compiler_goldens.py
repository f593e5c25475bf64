"""The generated SQL, to be read in review; refresh with --snapshot-update."""

import json

import pytest
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from metrics.compiler import compile_kpis
from tests.metrics.dry_run import DryRun
from tests.metrics.lab import DEFINITIONS, JANUARY, Lab, contracts_of, manifest_of
from tests.metrics.test_compiled_values import FIRST, fill, random_sales

pytestmark = pytest.mark.fast

KPIS = [
    {"metric": "revenue", "review": "daily", "slices": ["channel", "segment"]},
    {"metric": "revenue_per_buyer", "grains": ["week", "month"], "slices": ["segment"]},
    {"metric": "web_share", "slices": ["segment"]},
    {"metric": "sales_per_visit", "slices": ["channel"]},
    {"metric": "tax_rate"},
]
OTHER_KINDS = [
    {"metric": "revenue_to_date", "slices": ["channel"]},
    {"metric": "buyers_in_9_days", "slices": ["channel"]},
    {"metric": "median_amount", "slices": ["channel"]},
    {"metric": "last_sale_of_buyers"},
    {"metric": "closing_amount", "slices": ["channel"]},
    {"metric": "month_on_month", "grains": ["month"]},
    {"metric": "rough_buyers", "slices": ["segment"]},
    {"metric": "visit_to_sale", "slices": ["channel"]},
]
FILES = [
    "state_sales__sold_day.sql",
    "state_visits__visit_day.sql",
    "state_sales__sold_day__customer_id.sql",
    "cumulative_sales__sold_day__month_to_date.sql",
    "cumulative_sales__sold_day__9_days.sql",
    "cumulative_sales__sold_day__customer_id__9_days.sql",
    "period_sales__sold_day__middle_amount.sql",
    "period_sales__sold_day__amount_of_last_sale.sql",
    "conversion_visit_to_sale.sql",
    "kpi_metric_values.sql",
    "kpi_open_values.sql",
    "kpi_catalog.sql",
    "kpi_input_days.sql",
    "sales_monthly.sql",
    "_kpi__models.yml",
    "_monthly__models.yml",
    "_kpi__scorecards.yml",
]


OVER_STATES = {"cumulative_sales__sold_day__month_to_date", "cumulative_sales__sold_day__9_days"}


class Golden(SingleFileSnapshotExtension):
    """One text file per generated model."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def models(tmp_path):
    return compile_kpis(manifest_of(DEFINITIONS), contracts_of(tmp_path / "kpis", KPIS + OTHER_KINDS), JANUARY)


def test_these_and_no_other_models_are_generated(models):
    assert sorted(models) == sorted(FILES)


@pytest.mark.parametrize("file", FILES)
def test_generated_text(models, file, snapshot):
    assert models[file] == snapshot(extension_class=Golden)


def test_the_same_definitions_give_the_same_text(models, tmp_path):
    again = compile_kpis(manifest_of(DEFINITIONS), contracts_of(tmp_path / "kpis", KPIS + OTHER_KINDS), JANUARY)
    assert list(again.items()) == list(models.items())


@pytest.mark.parametrize("incremental", [False, True], ids=["full", "incremental"])
def test_a_model_reads_its_facts_once(tmp_path, incremental):
    lab = Lab(contracts_of(tmp_path / "kpis", KPIS + OTHER_KINDS))
    fill(lab, random_sales(1, rows=50, days=40), [("1", "web", FIRST, "c0")])
    lab.build()
    lab.update()
    for model in lab.order:
        if model.startswith("kpi_"):
            continue
        scans = count_scans(lab, lab.render(model, incremental).sql)
        facts = {"fct_visits" if "visits" in model else "fct_sales"}
        if model.startswith("conversion_"):
            facts = {"fct_visits", "fct_sales"}
        expected = {} if model in OVER_STATES else dict.fromkeys(facts, 1)
        assert {name: n for name, n in scans.items() if name.startswith("fct_")} == expected


def test_values_read_every_state_once(tmp_path):
    lab = Lab(contracts_of(tmp_path / "kpis", KPIS))
    fill(lab, random_sales(1, rows=50, days=40), [("1", "web", FIRST, "c0")])
    lab.build()
    scans = count_scans(lab, lab.render("kpi_metric_values").sql)
    assert {name: n for name, n in scans.items() if name.startswith("state_")} == {
        "state_sales__sold_day": 1,
        "state_visits__visit_day": 1,
        "state_sales__sold_day__customer_id": 1,
    }


def count_scans(lab: Lab, sql: str) -> dict[str, int]:
    (plan,) = json.loads(lab.con.execute(f"explain (format json) {sql}").fetchall()[0][1])
    scans: dict[str, int] = {}
    pending = [plan]
    while pending:
        node = pending.pop()
        pending += node["children"]
        if "SCAN" in node["name"]:
            table = str(node["extra_info"].get("Table", node["name"])).split(".")[-1]
            scans[table] = scans.get(table, 0) + 1
    return scans


def test_rendered_models_need_no_dbt(models):
    run = DryRun("Europe/Madrid", as_of="timestamp '2024-01-01'")
    rendered = run.render("kpi_metric_values", models["kpi_metric_values.sql"], incremental=True)
    assert (rendered.keys, rendered.types) == (
        ("kpi", "grain", "period_start"),
        ("varchar", "varchar", "date"),
    )
    assert rendered.config["incremental_strategy"] == "replace_rows"
    assert "{{" not in rendered.sql
