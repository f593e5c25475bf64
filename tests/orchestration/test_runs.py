"""Whole runs of a tiny company through the real command: what each leaves behind, whatever happens to it."""

import shutil
import signal
import time
from pathlib import Path

import duckdb
import pytest
from corner_shop import FIRST, ROOT, CornerShop

pytestmark = pytest.mark.slow
REVENUE = [("2026-02-01", 30.5), ("2026-03-01", 5.25)]


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> tuple[CornerShop, Path]:
    """The company after its first run, and a copy of that state."""
    folder = tmp_path_factory.mktemp("corner")
    shop = CornerShop.open(folder / "shop")
    shop.kpi("run")
    shutil.copytree(shop.folder, folder / "copy", symlinks=True)
    return shop, folder / "copy"


@pytest.fixture
def shop(opened: tuple[CornerShop, Path]) -> CornerShop:
    """The company in the state after its first run, at the same place, so that dbt need not parse it anew."""
    company, copy = opened
    shutil.rmtree(company.folder)
    shutil.copytree(copy, company.folder, symlinks=True)
    return company


def dagster_statuses(shop: CornerShop) -> list[str]:
    from dagster import DagsterInstance

    with DagsterInstance.from_config(str(shop.folder / "data" / "dagster")) as instance:
        return [run.status.value for run in instance.get_runs()]


def test_a_run_publishes_a_mart_and_a_second_one_without_news_changes_no_value(shop):
    assert shop.revenue() == REVENUE
    before, first = shop.ask("select * from kpi_values order by all"), shop.version()
    output = shop.kpi("run")
    assert "Total revenue" in output
    assert str(shop.published / "kpi_mart.duckdb") in output
    assert shop.version() != first
    assert shop.ask("select * from kpi_values order by all") == before
    assert shop.ask("select status, rows_in from kpi_runs order by started_at") == [("published", 3), ("published", 0)]
    assert dagster_statuses(shop) == ["SUCCESS", "SUCCESS"]


def test_new_rows_reach_the_mart_and_a_rejected_delivery_stops_nothing(shop):
    shop.deliver("2026-03-09", ["4,cai,2026-03-09 10:00:00,100", "1,ana,2026-02-03 10:00:00,11.50"])
    (shop.folder / "till" / "2026-03-10.csv").write_text("id,customer,sold_at\n5,ana,2026-03-10 10:00:00\n")
    output = shop.kpi("run")
    assert "not delivered: till.orders" in output
    assert "net" in output
    assert shop.revenue() == [("2026-02-01", 31.5), ("2026-03-01", 105.25)]
    refreshed = [tuple(row[:-1]) for row in shop.ask("select * from kpi_values order by all")]
    shop.kpi("run", "--full-refresh")
    assert [tuple(row[:-1]) for row in shop.ask("select * from kpi_values order by all")] == refreshed


def stopped_run(shop) -> str:
    """Run what cannot be built: the published mart stays; returns what was said, which is no traceback."""
    before = shop.version()
    output = shop.kpi("run", code=1)
    assert "Traceback" not in output
    assert shop.version() == before
    return output


def test_a_metric_that_does_not_exist_stops_the_run_and_leaves_the_published_mart(shop):
    shutil.copytree(ROOT / "metrics" / "kpis", shop.folder / "kpis")
    sales = shop.folder / "kpis" / "sales.yml"
    sales.write_text(sales.read_text().replace("metric: total_revenue", "metric: total_revenues", 1))
    output = stopped_run(shop)
    assert "sales.yml:" in output
    assert "total_revenues" in output


def test_a_model_that_fails_stops_the_run_and_leaves_the_published_mart(shop):
    staging = shop.folder / "staging" / "till" / "stg_till__orders.sql"
    staging.write_text(staging.read_text().replace("customer as", "no_such_column as"))
    output = stopped_run(shop)
    assert "stg_till__orders" in output
    assert "no_such_column" in output


def test_an_entity_without_a_staging_model_is_told_what_to_write(shop):
    sources = shop.folder / "sources.yml"
    refunds = "      refunds: {entity: refunds, path: till/*.csv, key: [id], mode: append, columns: {id: string}}\n"
    sources.write_text(sources.read_text() + refunds)
    output = stopped_run(shop)
    assert "till.refunds: feeds refunds but has no staging model; write " in output
    assert output.strip().endswith("staging/till/stg_till__refunds.sql")


def test_two_runs_at_once_take_turns(shop):
    shop.deliver("2026-03-09", ["4,cai,2026-03-09 10:00:00,100"])
    first, second = shop.start("run"), shop.start("run")
    outputs = [process.communicate(timeout=300)[0] for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], outputs
    assert sum("waiting for run" in output for output in outputs) == 1, outputs
    assert shop.revenue() == [("2026-02-01", 30.5), ("2026-03-01", 105.25)]
    assert dagster_statuses(shop) == ["SUCCESS"] * 3


def started(shop: CornerShop, step: str, *options: str):
    """Start a run and return it once the warehouse has begun to change in the given way."""
    process = shop.start("run", *options)
    log = shop.folder / "data" / "logs"
    known = set(log.iterdir())
    deadline = time.monotonic() + 120
    while not any(step in file.read_text() for file in set(log.iterdir()) - known):
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.02)
    return process


@pytest.mark.parametrize(
    "step", ["Materialized value staging", pytest.param("Materialized value marts fct_orders", marks=pytest.mark.long)]
)
def test_a_killed_run_never_blocks_the_next_one_nor_leaves_a_trace_in_the_mart(shop, step):
    before = shop.version()
    shop.deliver("2026-03-09", ["4,cai,2026-03-09 10:00:00,100"])
    process = started(shop, step)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert shop.version() == before
    assert shop.revenue() == REVENUE
    shop.kpi("run", "--no-wait")
    assert shop.revenue() == [("2026-02-01", 30.5), ("2026-03-01", 105.25)]
    assert dagster_statuses(shop) == ["SUCCESS", "FAILURE", "SUCCESS"]
    assert shop.ask("select status from kpi_runs order by started_at") == [
        ("published",),
        ("interrupted",),
        ("published",),
    ]


def test_reading_works_while_the_warehouse_is_being_written_and_a_run_may_refuse_to_wait(shop):
    process = started(shop, "STEP_START", "--full-refresh")
    asked = shop.start("run", "--no-wait")
    assert "35.75" in shop.mf("query", "--metrics", "total_revenue", "--group-by", "order__channel")
    assert "total_revenue" in shop.kpi("status")
    with duckdb.connect(str(shop.published / "warehouse.duckdb"), read_only=True) as con:
        assert con.execute("select count(*) from marts.fct_orders").fetchone() == (len(FIRST),)
    assert process.poll() is None, "all of that happened during the run"
    assert "is under way" in asked.communicate()[0]
    assert asked.returncode == 1
    process.communicate()
    assert process.returncode == 0


def test_an_as_of_before_the_published_one_has_a_mart_of_its_own(shop):
    before = shop.version()
    output = shop.kpi("run", "--as-of", "2026-02-15T00:00:00Z")
    assert shop.version() == before
    own = shop.folder / "data" / "as_of" / "20260215T000000" / "published" / "kpi_mart.duckdb"
    assert str(own) in output
    with duckdb.connect(str(own), read_only=True) as con:
        query = "select value from kpi_values where kpi = 'total_revenue' and grain = 'month' and slice = ''"
        assert con.execute(query).fetchall() == [(30.5,)]


def test_days_can_be_computed_again(shop):
    with duckdb.connect(str(shop.folder / "data" / "warehouse" / "warehouse.duckdb")) as con:
        con.execute("delete from kpi.state_orders__ordered_day where day = '2026-02-03'")
    shop.kpi("run", "--recompute", "2026-02-01..2026-02-28")
    with duckdb.connect(str(shop.folder / "data" / "warehouse" / "warehouse.duckdb")) as con:
        query = "select count(*) > 0 from kpi.state_orders__ordered_day where day = '2026-02-03'"
        assert con.execute(query).fetchone() == (True,)
    assert shop.revenue() == REVENUE
