"""What a mart says of its own past and origin, through whole runs of a tiny company with contracts of its own."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml
from corner_shop import CornerShop

from orchestration.company import load_company
from orchestration.dbt.project import prepare

pytestmark = pytest.mark.slow

WORDS = {"en": "Words", "es": "Palabras"}
COMMON = {"label": WORDS, "description": WORDS, "unit": "currency", "review": "monthly"}
COMMON |= {"quality": {"freshness": "24h", "needs": WORDS}}
PROMISE = {"question": WORDS, "direction": "increase", "objective": "grow_sales", "tier": "primary", "playbook": WORDS}
PROMISE |= {"perspective": "company_objective", "timing": "lagging", "level": ["department", "company"]}
PROMISE |= {"targets": [{"period": "each month", "baseline": 30, "value": 40, "at_risk": 0.9, "horizon": "short"}]}
ORDERS = ["1,ana,2026-01-07 10:00:00,10", "2,ben,2026-02-03 11:00:00,20", "3,ana,2026-03-01 09:00:00,5"]
LATER = ["4,cai,2026-02-10 10:00:00,100", "1,ana,2026-01-07 10:00:00,11", "5,cai,2026-03-09 10:00:00,7"]


def promise(shop: CornerShop, metric: str, version: int) -> None:
    """Write the company's contracts, with the formula of its KPI."""
    revenue = {"name": "revenue", "version": version, "metric": metric, "slices": ["country"], **PROMISE, **COMMON}
    tracked = [
        {"name": "repeats", "metric": "recurring_sales", "grains": ["month"], **COMMON},
        {"name": "ripe_revenue", "metric": "total_revenue", "grains": ["month"], "matures_after": "30d", **COMMON},
    ]
    owner = {"team": "Sales", "email": "sales@example.com"}
    document = {"department": "sales", "owner": owner, "kpis": [revenue], "metrics": tracked}
    (shop.folder / "kpis").mkdir(exist_ok=True)
    (shop.folder / "kpis" / "sales.yml").write_text(yaml.safe_dump(document, allow_unicode=True))


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> CornerShop:
    """The company after its first run."""
    shop = CornerShop.open(tmp_path_factory.mktemp("history") / "shop")
    shop.deliver("2026-03-01", ORDERS)
    promise(shop, "total_revenue", version=1)
    shop.kpi("run")
    return shop


def test_the_mart_shows_a_wide_view_of_the_companys_own_departments(shop):
    views = shop.ask("select view_name from duckdb_views() where not internal order by 1")
    assert views == [("company_monthly",), ("kpi_latest",), ("sales_monthly",)]
    assert shop.ask("from sales_monthly order by month") == [
        (date(2026, 1, 1), True, 10.0, 0.0, 10.0),
        (date(2026, 2, 1), False, 20.0, 0.0, 20.0),
        (date(2026, 3, 1), False, 5.0, 5.0, 5.0),
    ]
    assert shop.ask("describe sales_monthly")[2][0] == "revenue"
    assert shop.ask("select revenue from company_monthly order by month") == [(10.0,), (20.0,), (5.0,)]
    parquet = str(shop.published / "parquet" / "company_monthly.parquet")
    assert duckdb.execute("select revenue from read_parquet(?)", [parquet]).fetchall() == [(10.0,), (20.0,), (5.0,)]
    comment = "select comment from duckdb_columns() where table_name = 'sales_monthly' and column_name = 'repeats'"
    assert shop.ask(comment) == [("Words (currency). Words",)]


def test_every_table_view_and_column_says_what_it_holds(shop):
    kinds = {"tables": "table_name", "views": "view_name", "columns": "table_name || '.' || column_name"}
    listed = [f"select {name}, comment from duckdb_{kind}() where not internal" for kind, name in kinds.items()]
    comments = dict(shop.ask(" union all ".join(listed)))
    assert {
        "kpi_values",
        "kpi_latest",
        "kpi_values.value",
        "kpi_latest.value",
        "sales_monthly.month",
    } <= comments.keys()
    assert sorted(name for name, comment in comments.items() if not comment) == []


def test_the_catalogue_leads_back_to_raw_tables_and_the_lineage_has_every_step(shop):
    query = "select sources, models, states, days from kpi_catalog where kpi = 'repeats'"
    assert shop.ask(query) == [("till.orders", "fct_orders", "state_orders__ordered_day", "fct_orders.ordered_day")]
    way = [("till.orders", "source")]
    steps = shop.ask('select "from", "to", from_kind, to_kind from kpi_lineage')
    while following := [(end, kind) for start, end, _, kind in steps if start == way[-1][0]]:
        way.append(max(following, key=lambda step: step[0] == "repeats" or step[0].startswith(("state_", "fct_"))))
    assert way == [
        ("till.orders", "source"),
        ("stg_till__orders", "staging"),
        ("int_orders", "entity"),
        ("fct_orders", "mart"),
        ("state_orders__ordered_day", "state"),
        ("repeats", "kpi"),
    ]


def test_dbt_shows_groups_owners_scorecards_and_where_they_come_from(shop):
    dbt(shop, "docs", "generate")
    target = shop.folder / "data" / "dbt_project" / "target"
    manifest = json.loads((target / "manifest.json").read_text())
    catalog = json.loads((target / "catalog.json").read_text())
    assert {group["name"]: group["owner"]["email"] for group in manifest["groups"].values()} == {
        "company": "sales@example.com",
        "sales": "sales@example.com",
    }
    exposures = {exposure["name"]: exposure for exposure in manifest["exposures"].values()}
    readers = {"leadership_dashboard", "digest", "bi_tools"}
    assert exposures.keys() == {"company_scorecard", "sales_scorecard", *readers}
    read = {node for reader in readers for node in exposures[reader]["depends_on"]["nodes"]}
    assert {"model.kpi_mart.kpi_catalog", "model.kpi_mart.kpi_latest", "model.kpi_mart.kpi_values"} <= read
    sales = exposures["sales_scorecard"]
    assert (sales["type"], sales["owner"]["name"]) == ("dashboard", "Sales")
    assert set(sales["depends_on"]["nodes"]) == {
        "model.kpi_mart.kpi_values",
        "model.kpi_mart.kpi_scorecard",
        "model.kpi_mart.sales_monthly",
        "metric.kpi_mart.total_revenue",
        "metric.kpi_mart.recurring_sales",
    }
    assert "`revenue`" in sales["description"]
    assert manifest["nodes"]["model.kpi_mart.sales_monthly"]["config"]["group"] == "sales"
    assert [metric["name"] for metric in manifest["metrics"].values() if not metric["description"]] == []
    assert {"model.kpi_mart.kpi_values", "model.kpi_mart.sales_monthly"} <= catalog["nodes"].keys()
    assert {table["name"] for table in manifest["sources"].values()} == {"orders"}


def test_the_unit_tests_of_the_published_values_pass(shop):
    assert "PASS=1 " in dbt(shop, "test", "--select", "kpi_values,test_type:unit")


def dbt(shop: CornerShop, *arguments: str) -> str:
    """Run dbt in the company's assembled project."""
    company = load_company(shop.folder)
    project = prepare(company)
    command = [sys.executable, "-m", "dbt.cli.main", *arguments, "--target", "warehouse", "--vars", project.variables]
    environment = {**os.environ, "KPI_DATA_DIR": str(company.data)}
    done = subprocess.run(
        command, cwd=project.folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def restated(shop: CornerShop, run: str, grain: str = "month") -> list[tuple]:
    """What a run restated at a grain: KPI, first day, slice, old and new value, reason."""
    return shop.ask(
        "select kpi, period_start::varchar, slice, old_value, new_value, reason from kpi_restatements "
        f"where run_id = '{run}' and grain = '{grain}' order by all"
    )


def newest_run(shop: CornerShop) -> str:
    ((run,),) = shop.ask("select run_id from kpi_runs order by started_at desc limit 1")
    return run


def test_what_changes_of_closed_periods_is_restated_with_its_reason_and_kept(shop):
    assert shop.ask("select count(*) from kpi_restatements") == [(0,)]

    shop.deliver("2026-03-09", LATER)
    shop.kpi("run")
    second = newest_run(shop)
    news = restated(shop, second)
    assert news == [
        ("revenue", "2026-01-01", "", 10.0, 11.0, "correction"),
        ("revenue", "2026-01-01", "country", 10.0, 11.0, "correction"),
        ("revenue", "2026-02-01", "", 20.0, 120.0, "late_data"),
        ("revenue", "2026-02-01", "country", 20.0, 120.0, "late_data"),
        ("ripe_revenue", "2026-01-01", "", 10.0, 11.0, "correction"),
    ]
    days = [row[1] for row in restated(shop, second, "day") if not row[2]]
    assert days == ["2026-01-07", "2026-02-10"]

    promise(shop, "recurring_sales", version=2)
    shop.kpi("run")
    third = newest_run(shop)
    assert restated(shop, third) == [
        ("revenue", "2026-01-01", "", 11.0, 0.0, "definition_change"),
        ("revenue", "2026-01-01", "country", 11.0, 0.0, "definition_change"),
        ("revenue", "2026-02-01", "", 120.0, 0.0, "definition_change"),
        ("revenue", "2026-02-01", "country", 120.0, 0.0, "definition_change"),
    ]
    versions = shop.ask(
        "select version, valid_to is null, text from kpi_definitions where kpi = 'revenue' order by valid_from"
    )
    assert [row[:2] for row in versions] == [(1, False), (2, True)]
    assert versions[0][2] != versions[1][2]

    shop.kpi("run")
    assert restated(shop, newest_run(shop)) == []
    assert restated(shop, second) == news
    assert shop.ask("select count(*) from kpi_definitions") == [(4,)]


def test_a_run_of_an_earlier_day_has_a_history_of_its_own(shop):
    before = shop.ask("select * from kpi_restatements order by all")
    shop.kpi("run", "--as-of", "2026-02-20T12:00:00Z")
    (mart,) = Path(shop.folder / "data" / "as_of").glob("*/published/kpi_mart.duckdb")
    with duckdb.connect(str(mart), read_only=True) as con:
        assert con.execute("select count(*) from kpi_restatements").fetchone() == (0,)
        assert con.execute("select count(*) from kpi_definitions").fetchone() == (3,)
    assert shop.ask("select * from kpi_restatements order by all") == before
