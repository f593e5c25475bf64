"""Ad-hoc questions to a published company: the mart's answers, MetricFlow's, and what is refused.

The company's weeks begin on Sunday and its year in April, so that civil periods would be wrong ones.
"""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import sunday_shop
from corner_shop import ROOT, CornerShop

from orchestration.cli import main
from orchestration.errors import UsageError
from orchestration.querying.dimensions import Dimensions
from orchestration.querying.metricflow import Coverage, from_metricflow
from orchestration.querying.published import PublishedVersion
from orchestration.querying.question import Question
from orchestration.querying.rows import rows
from orchestration.querying.semantic_layer import GroupBy

pytestmark = pytest.mark.slow
# What the mart cannot answer, though it is true of every row.
ANYTHING = "channel is null or channel is not null"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> CornerShop:
    """The company with one published run, and nothing left of the project that dbt built it with."""
    shop = CornerShop(tmp_path_factory.mktemp("query") / "company")
    sunday_shop.declare(shop.folder)
    shop.kpi("run")
    shutil.rmtree(shop.folder / "data" / "dbt_project")
    return shop


@pytest.fixture
def query(shop, monkeypatch, capfdbinary):
    """Run ``kpi query`` in this process and return what it printed, on stderr if it fails."""
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)

    def run(*arguments: str, code: int = 0) -> tuple[bytes, str]:
        monkeypatch.setattr(sys, "argv", ["kpi", "query", *arguments, "--company", str(shop.folder)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capfdbinary.readouterr()
        assert (ended.value.code or 0) == code, captured
        return captured.out, captured.err.decode()

    return run


@pytest.fixture
def ask(query):
    """Ask and return the rows, with numbers as numbers."""

    def run(*arguments: str) -> list[dict]:
        return json.loads(query(*arguments, "--format", "json")[0])

    return run


@pytest.fixture
def sheet(shop) -> duckdb.DuckDBPyConnection:
    """The company's own files, for answers by hand."""
    con = duckdb.connect()
    con.execute(f"create view orders as from read_csv('{shop.folder}/till/*.csv', all_varchar = true)")
    con.execute(f"create view customers as from read_csv('{shop.folder}/customers.csv', all_varchar = true)")
    con.execute(
        "create view sales as select o.sold_at::date as day, o.channel, o.country, c.segment, c.country as home, "
        "o.net::double as net, o.customer is not null "
        "and row_number() over (partition by o.customer order by o.id::int) > 1 as repeat "
        "from orders as o left join customers as c on o.customer = c.id"
    )
    return con


@pytest.mark.parametrize(
    "kpi", ["total_revenue", "gross_margin", "revenue_per_customer", "revenue_mtd", "recurring_sales"]
)
def test_what_both_can_answer_they_answer_alike(ask, shop, kpi):
    ((grains, slices),) = shop.ask(f"select grains, slices from kpi_catalog where kpi = '{kpi}'")
    compared = 0
    for grain in grains.split(", "):
        for name in filter(None, slices.split(", ")):
            mart = ask(kpi, "--grain", grain, "--by", name)
            metricflow = ask(kpi, "--grain", grain, "--by", name, "--where", "country is null or country is not null")
            assert [shared(row, name) for row in mart] == [shared(row, name) for row in metricflow]
            compared += len(mart)
    assert compared > 100 or not slices


def shared(row: dict, name: str) -> tuple:
    value = None if row["value"] is None else pytest.approx(row["value"], rel=1e-9)
    return row["kpi"], row["grain"], row["period_start"], row[name], value, row["is_complete"]


def test_dimensions_that_the_mart_lacks_are_counted_over_the_facts(ask, sheet):
    rows = ask("total_revenue", "--grain", "quarter", "--by", "customer__country", "--by", "is_repeat")
    by_hand = sheet.execute(
        "select (date_trunc('quarter', day))::date::varchar, coalesce(home, '(unknown)'), repeat::varchar, sum(net) "
        "from sales group by all order by all"
    ).fetchall()
    assert [(r["period_start"], r["customer__country"], r["is_repeat"], r["value"]) for r in rows] == by_hand
    assert len(by_hand) > 20


def test_years_are_fiscal_and_weeks_begin_on_sunday_in_both_answers(ask, sheet):
    years = ask("total_revenue", "--grain", "year", "--where", ANYTHING)
    by_hand = (
        "select (date_trunc('year', day - interval 3 month) + interval 3 month)::date::varchar, sum(net) from sales"
    )
    assert [(r["period_start"], r["value"]) for r in years] == sheet.execute(
        f"{by_hand} group by 1 order by 1"
    ).fetchall()
    weeks = ask("total_revenue", "--grain", "week", "--where", ANYTHING)
    assert {date.fromisoformat(r["period_start"]).isoweekday() for r in weeks} == {7}


def test_a_condition_on_anything_keeps_what_sql_keeps(ask, sheet):
    condition = "country in ('ES', 'PT') and not (segment = 'enterprise' or channel like 'st%')"
    rows = ask("total_revenue", "--grain", "month", "--where", condition)
    by_hand = (
        f"select date_trunc('month', day)::date::varchar, sum(net) from sales where {condition} group by 1 order by 1"
    )
    assert [(r["period_start"], r["value"]) for r in rows] == sheet.execute(by_hand).fetchall()
    assert rows


def test_a_condition_on_a_day_or_an_entity_is_answered_too(ask, sheet):
    condition = "ordered_day >= date '2025-08-15' and customer = 'ana'"
    rows = ask("total_revenue", "--grain", "month", "--where", condition)
    assert rows[0]["period_start"] == "2025-08-01"
    (total,) = sheet.execute("select sum(net) from sales where day >= '2025-08-15' and segment = 'consumer'").fetchone()
    assert sum(row["value"] for row in rows) == pytest.approx(total)


def test_a_simple_condition_on_a_slice_is_answered_by_the_mart(ask, query):
    asked = ("total_revenue", "--grain", "month")
    assert "from the mart" in query(*asked, "--where", "channel = 'web'")[1]
    one = ask(*asked, "--where", "channel = 'web'")
    assert [r["value"] for r in one] == [r["value"] for r in ask(*asked, "--by", "channel") if r["channel"] == "web"]
    two = ask(*asked, "--by", "channel", "--where", "channel in ('web', 'phone')")
    assert {row["channel"] for row in two} == {"web", "phone"}
    assert "MetricFlow" in query(*asked, "--where", "channel in ('web', 'phone')")[1]


def test_unknown_is_a_value_to_ask_for_whoever_answers(ask):
    asked = ("total_revenue", "--grain", "month", "--where")
    from_mart = ask(*asked, "segment = '(unknown)'")
    from_facts = ask(*asked, "segment in ('(unknown)', 'no such segment') and true")
    assert [r["value"] for r in from_mart] == [r["value"] for r in from_facts]
    assert from_mart == ask(*asked, "segment is null")
    known = ask(*asked, "segment <> '(unknown)'")
    assert sum(row["value"] for row in [*known, *from_mart]) == pytest.approx(sum(10 + n * 1.25 for n in range(70)))


def test_it_is_said_who_answers_as_of_which_run(query, shop):
    run = f"run {shop.version()[:8]} as of 2026-03-10 12:00 UTC"
    assert query("total_revenue", "--by", "channel")[1] == f"from the mart, {run}\n"
    assert query("total_revenue", "--by", "is_repeat")[1] == f"from MetricFlow on the warehouse, {run}\n"


def test_periods_are_asked_for_by_day_or_name(ask):
    asked = ("total_revenue", "--grain", "month", "--by", "is_repeat")
    starts = {r["period_start"] for r in ask(*asked, "--from", "2025-06", "--to", "2025-Q3")}
    assert starts == {f"2025-{month:02}-01" for month in (6, 7, 8, 9)}
    assert starts == {r["period_start"] for r in ask(*asked, "--from", "2025-05-02", "--to", "2025-09-01")}


@pytest.mark.parametrize("where", ["", ANYTHING])
def test_every_format_has_the_same_rows(query, where):
    asked = ("total_revenue", "--grain", "month", "--by", "channel", *(["--where", where] if where else []), "--format")
    from_csv = list(csv.DictReader(io.StringIO(query(*asked, "csv")[0].decode())))
    from_json = json.loads(query(*asked, "json")[0])
    from_parquet = pq.read_table(io.BytesIO(query(*asked, "parquet")[0])).to_pylist()
    answers = [
        [(str(r["period_start"]), r["channel"], float(r["value"])) for r in rows]
        for rows in (from_csv, from_json, from_parquet)
    ]
    assert answers[0] == answers[1] == answers[2]
    assert list(from_json[0])[:5] == ["kpi", "grain", "period_start", "channel", "value"]
    table = query(*asked, "table")[0].decode()
    assert len([line for line in table.splitlines() if line.strip().startswith("202")]) == len(from_json)


@pytest.mark.parametrize("where", ["", ANYTHING, "segment = 'a -- b' or channel = '''; select 1'"])
def test_the_sql_gives_the_same_rows_in_the_file_that_it_names(ask, query, where):
    asked = ("total_revenue", "--grain", "month", "--by", "channel", *(["--where", where] if where else []))
    sql = query(*asked, "--sql")[0].decode()
    file = re.search(r"duckdb -readonly (.+)", sql)[1]
    with duckdb.connect(file, read_only=True) as con:
        found = rows(con, sql)
    assert json.loads(json.dumps(found, default=str)) == ask(*asked)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("country = 'ES'; drop table x", "is not one expression"),
        ("country = 'ES') or (1 = 1", "is not SQL"),
        ("country = 'E\nS'", "holds a text of several lines"),
        ("country in (select country from read_csv('/etc/passwd'))", "holds a query"),
        ("exists (select 1)", "holds"),
        ("read_text('/etc/passwd') = ''", "holds the function read_text"),
        ("getenv('HOME') = ''", "holds the function getenv"),
        ("country = '{{ Metric(1) }}'", "holds Jinja"),
        ("country = current_user", "which is not allowed"),
        ("country", "Could not convert string"),
        ("1 + 1", "1 + 1 is not a condition; compare it with a value"),
        ("country = 'ES' and channel || 'x'", "channel || 'x' is not a condition"),
        ("rowid = 1", "--where rowid: is not a dimension of total_revenue; use one of"),
        ("fct_orders.country = 'ES'", "write entity__dimension or the dimension alone"),
        ("metric_time > date '2025-01-01'", "--where metric_time: is not a dimension"),
        ("country > 5", "--where 'country > 5': Binder Error: Cannot compare values"),
    ],
)
def test_a_condition_is_never_more_than_a_condition(query, where, message):
    assert message in query("total_revenue", "--where", where, code=2)[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("total_revenue", "--by", "segmnt"), "--by segmnt: is not a dimension of total_revenue; use one of segment, "),
        (
            ("total_revenue", "--by", "shoe"),
            "customer__country, is_paid_channel, is_repeat, order, ordered_day, segment",
        ),
        (("revenue_per_customer", "--grain", "day", "--by", "channel"), "does not have it; use one of week, month"),
        (("exit_rate",), "exit_rate: has no total, only values by slice; use --by page"),
        (("exit_rate", "--by", "device"), "exit_rate: has no total, only values by slice; use --by page"),
        (("customer_acquisition_cost", "--by", "country"), "not a dimension of customer_acquisition_cost; use one of"),
        (
            ("revenue_ytd", "--by", "is_repeat"),
            "MetricFlow would count it by civil periods, and this company's own are: week, year",
        ),
        (
            ("employee_satisfaction", "--by", "survey"),
            "since slices of few persons are not published; ask for it whole, --by or --where on one of department",
        ),
        (("employee_satisfaction", "--where", "department = 'a' or true"), "is only answered as the mart holds it"),
        (("employee_productivity", "--where", "true"), "few persons are not published; ask for it whole"),
        (("total_revenue", "--from", "2026-09", "--to", "2026-08"), "--to 2026-08: ends before --from 2026-09 begins"),
    ],
)
def test_what_nobody_can_answer_is_refused_with_what_is_allowed(query, arguments, message):
    assert message in query(*arguments, code=2)[1]


def test_slices_of_persons_are_still_answered_by_the_mart(query):
    assert "from the mart" in query("employee_satisfaction", "--by", "department")[1]
    assert "from the mart" in query("employee_satisfaction", "--where", "department = 'sales'")[1]


def test_a_name_is_the_nearest_dimension_and_refused_when_two_are_as_near():
    offered = [
        GroupBy("country", ("order",), "dimension", True),
        GroupBy("country", ("customer",), "dimension", False),
        GroupBy("segment", ("customer",), "dimension", False),
        GroupBy("segment", ("reseller",), "dimension", False),
        GroupBy("segment", ("ticket", "customer"), "dimension", False),
        GroupBy("region", (), "entity", True),
        GroupBy("region", ("customer",), "dimension", False),
    ]
    dimensions = Dimensions("revenue", offered)
    assert dimensions.named("--by", "country").name == "order__country"
    assert dimensions.named("--by", "customer__country").name == "customer__country"
    assert dimensions.named("--by", "region").name == "region"
    with pytest.raises(UsageError, match=r"is ambiguous for revenue; use one of customer__segment, reseller__segment$"):
        dimensions.named("--by", "segment")


def test_nothing_divided_by_nothing_has_no_value_in_metricflows_answer_either(shop):
    version = PublishedVersion(shop.published / "current", shop.published)
    with version.open("kpi_mart.duckdb") as con:
        (kpi,) = rows(con, "select * from kpi_catalog where kpi = 'revenue_per_customer'")
    document = version.definitions
    metric = next(item for item in document["metrics"] if item["name"] == "revenue_per_customer")
    inputs = [{"name": name} for name in ("revenue_with_customer", "ordering_customers")]
    expression = "coalesce(revenue_with_customer / (ordering_customers - ordering_customers), -1)"
    metric["type"] = "derived"
    metric["type_params"] |= {"numerator": None, "denominator": None, "expr": expression, "metrics": inputs}
    found = from_metricflow(Question("revenue_per_customer", "month"), kpi, None, document, Coverage())
    with version.open(found.file) as con:
        assert {row["value"] for row in rows(con, found.sql)} == {-1.0}


def test_a_question_needs_nothing_but_the_published_version(shop, ask):
    asked = ("total_revenue", "--by", "is_repeat")
    before = ask(*asked)
    assert not (shop.folder / "data" / "dbt_project").exists()
    manifest = shop.published / "current" / "semantic_manifest.json"
    text = manifest.read_text()
    manifest.write_text(text.replace('"warehouse"', '"elsewhere"'))  # the name of the database that a run wrote
    try:
        assert ask(*asked) == before
    finally:
        manifest.write_text(text)


def test_metricflows_own_command_works_in_the_project_folder(shop, tmp_path, sheet):
    shutil.copytree(ROOT / "dbt_project", tmp_path / "dbt_project", ignore=shutil.ignore_patterns("target", "logs"))
    shutil.copytree(ROOT / "metrics" / "semantic", tmp_path / "metrics" / "semantic")
    command(tmp_path / "dbt_project", shop, "dbt", "parse")
    asked = ("query", "--metrics", "total_revenue", "--group-by", "metric_time__fiscal_year", "--csv", "answer.csv")
    command(tmp_path / "dbt_project", shop, "mf", *asked)
    rows = list(csv.DictReader((tmp_path / "dbt_project" / "answer.csv").open()))
    (total,) = sheet.execute("select sum(net) from sales").fetchone()
    assert sum(float(row["total_revenue"]) for row in rows) == pytest.approx(total)


def command(project: Path, shop: CornerShop, name: str, *arguments: str) -> None:
    program = str(Path(sys.executable).with_name(name))
    environment = {**os.environ, "KPI_DATA_DIR": str(shop.folder / "data")}
    done = subprocess.run(
        [program, *arguments], cwd=project, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
