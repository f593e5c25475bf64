"""The read commands on a small published mart: what they print, and how they refuse."""

import csv
import io
import json
import re
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from orchestration.cli import main
from tests.orchestration.small_mart import publish_company

pytestmark = pytest.mark.fast
BUILD = """
create table kpi.kpi_catalog as select
    'revenue' as kpi, 'Revenue' as label_en, 'How much?' as question_en, 'sales' as department, 'kpi' as kind,
    'currency' as unit, 'EUR' as currency, 'monthly' as review, 'month' as review_grain, 'day, month' as grains,
    'channel, country' as slices, true as has_total, 1 as version, 'paid orders' as needs_en,
    'pedidos pagados' as needs_es;
insert into kpi.kpi_catalog by name select
    'margin' as kpi, 'Margin' as label_en, 'company' as department, 'kpi' as kind, 'percent' as unit,
    'month' as review_grain, 'month' as grains, 1 as version, 'orders with a cost' as needs_en,
    'pedidos con coste' as needs_es;
create table kpi.kpi_values as select
    'revenue' as kpi, 'month' as grain, date '2026-01-01' + interval (i) month as period_start,
    date '2026-01-31' as period_end, slice, slice_value, 1000.125 * (i + 1) as value, 3::bigint as sample_size,
    i < 2 as is_complete
from range(3) as months (i),
    (values ('', ''), ('channel', 'web'), ('channel', 'store')) as slices (slice, slice_value);
create table kpi.kpi_scorecard as
    select 'revenue' as kpi, 'month' as grain, date '2026-02-01' as period_start, 2000.25 as value,
        1000.125 as previous_value, 'no_target' as status
    union all by name
    select 'margin' as kpi, 'no_data' as status;
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return publish_company(tmp_path_factory.mktemp("company"), BUILD)


@pytest.fixture
def kpi(company, monkeypatch, capfdbinary):
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)

    def run(*arguments: str, code: int = 0) -> bytes:
        monkeypatch.setattr(sys, "argv", ["kpi", *arguments, "--company", str(company)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capfdbinary.readouterr()
        assert (ended.value.code or 0) == code, captured
        return captured.out if code == 0 else captured.err

    return run


def test_values_are_printed_at_the_review_grain_unless_another_is_asked_for(kpi):
    lines = kpi("query", "revenue").decode().splitlines()
    assert [line.split() for line in lines if line.strip().startswith("2026")] == [
        ["2026-01-01", "1,000", "EUR", "3", "yes"],
        ["2026-02-01", "2,000", "EUR", "3", "yes"],
        ["2026-03-01", "3,000", "EUR", "3", "not", "yet"],
    ]


def test_values_by_slice_come_as_csv_json_and_parquet_alike_and_unrounded(kpi):
    asked = (
        "query",
        "revenue",
        "--grain",
        "month",
        "--by",
        "channel",
        "--from",
        "2026-02-01",
        "--to",
        "2026-02-28",
        "--format",
    )
    from_csv = list(csv.DictReader(io.StringIO(kpi(*asked, "csv").decode())))
    from_json = json.loads(kpi(*asked, "json"))
    from_parquet = pq.read_table(io.BytesIO(kpi(*asked, "parquet"))).to_pylist()
    expected = [("store", 2000.25), ("web", 2000.25)]
    for rows in (from_csv, from_json, from_parquet):
        assert [(row["channel"], float(row["value"])) for row in rows] == expected


def test_the_sql_of_a_question_can_be_read_instead(kpi):
    sql = kpi("query", "revenue", "--by", "channel", "--sql").decode()
    assert "from kpi_values" in sql
    assert "slice = 'channel'" in sql


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("query", "revenues"), "revenues: is not a KPI; did you mean revenue?"),
        (("query", "revenue", "--grain", "week"), "revenue does not have it; use one of day, month"),
        (("query", "revenue", "--by", "channel", "--by", "channel"), "--by channel: is given 2 times; give it once"),
        (("query", "margin"), "margin: has no total, only values by slice"),
        (("query", "revenue", "--from", "soon"), "--from soon: is no period of the calendar; use a day"),
        (("query", "revenue", "--to", "2026-13"), "--to 2026-13: is no period of the calendar"),
        (("query", "revenue", "--where", "channel = 'web' or"), "is not SQL"),
        (("query", "revenue", "--format", "xml"), "use one of table, csv, json, parquet"),
        (("show", "nothing"), "nothing: is not a KPI"),
        (("run", "--as-of", "soon"), "--as-of soon: is not a timestamp"),
        (("run", "--recompute", "2026-02-01..2026-01-01"), "ends before it begins"),
        (("query", "revenue", "--unknown"), "No such option"),
    ],
)
def test_a_wrong_question_is_refused_with_what_is_allowed(kpi, arguments, message):
    assert message in kpi(*arguments, code=2).decode()


def test_the_status_names_every_kpi_and_why_it_is_not_certified(kpi):
    output = kpi("status").decode()
    marks = {line.split()[0]: line.split()[1:] for line in output.splitlines() if "✗" in line}
    assert marks == {name: ["✗"] * 4 for name in ("revenue", "margin")}  # a mart without any raw table
    assert "margin: not measurable: no orders with a cost; definition not approved: version 1 is" in output
    assert "0 of 2 are certified" in output
    assert max(map(len, output.splitlines())) <= 100
    assert "\x1b" not in output


def test_reading_before_anything_is_published_says_what_to_do(kpi, company, tmp_path, monkeypatch):
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path))
    assert "nothing is published yet; run `kpi run` first" in kpi("status", code=2).decode()


def test_help_has_an_example_for_every_command():
    command = [sys.executable, "-m", "orchestration.cli"]
    commands = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout
    for name in (
        "run",
        "list",
        "show",
        "query",
        "status",
        "compile",
        "lint",
        "new",
        "dev",
        "publish",
        "export",
        "digest",
    ):
        assert f"  {name} " in commands
        page = subprocess.run([*command, name, "--help"], capture_output=True, text=True, check=True).stdout
        assert re.search(r"Examples?: (\w+=\S+ )?kpi ", page), name


def test_help_loads_nothing_heavy():
    command = [sys.executable, "-X", "importtime", "-m", "orchestration.cli", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.splitlines() if "|" in line}
    assert "typer" in loaded
    heavy = {"dagster", "dbt", "dbt_semantic_interfaces", "duckdb", "great_expectations", "jinja2", "numpy", "pandas"}
    assert not loaded & (heavy | {"pyarrow", "scipy", "sqlglot", "statsmodels", "vl_convert"})
