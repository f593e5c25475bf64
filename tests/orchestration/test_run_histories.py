"""Five histories of a company through the real command: what runs kept is what a full refresh makes of the landing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import kept_shop
import pytest
from corner_shop import ROOT, CornerShop

pytestmark = pytest.mark.slow

FIRST = [
    "1,ana,web,ES,2026-01-28 10:00:00,10.50,false",
    "2,ben,store,ES,2026-02-03 11:00:00,20,false",
    "3,ana,web,ES,2026-02-20 09:00:00,5.25,false",
    "4,cy,phone,ES,2026-02-28 23:30:00,8,false",
    "5,,store,ES,2026-03-01 09:00:00,7,false",
    "6,ben,store,ES,2026-03-05 09:00:00,31,false",
]
CUSTOMERS = {"ana": "consumer", "ben": "enterprise", "cy": "consumer"}
KEPT = "schema_name in ('marts', 'kpi') and table_name not in ('kpi_catalog', 'kpi_definitions')"


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> tuple[CornerShop, Path]:
    """The company after its first run, and a copy of that state."""
    folder = tmp_path_factory.mktemp("histories")
    shop = CornerShop(folder / "shop")
    kept_shop.declare(shop.folder)
    kept_shop.deliver(shop.folder, "2026-03-01", FIRST, CUSTOMERS)
    shop.kpi("run")
    shutil.copytree(shop.folder, folder / "copy", symlinks=True)
    return shop, folder / "copy"


@pytest.fixture
def shop(opened) -> CornerShop:
    """The company in the state after its first run, at the same place, so that dbt need not parse it anew."""
    company, copy = opened
    shutil.rmtree(company.folder)
    shutil.copytree(copy, company.folder, symlinks=True)
    return company


def kept(data: Path) -> dict[str, list[tuple]]:
    """Every fact, state and value of a warehouse, and the published values; nothing that names a run."""
    with duckdb.connect(str(data / "warehouse" / "warehouse.duckdb"), read_only=True) as con:
        tables = con.execute(f"select schema_name, table_name from duckdb_tables() where {KEPT}").fetchall()
        found = {f"{schema}.{name}": rows(con, f"{schema}.{name}") for schema, name in tables}
    with duckdb.connect(str(data / "published" / "kpi_mart.duckdb"), read_only=True) as con:
        return found | {"kpi_values": rows(con, "kpi_values")}


def rows(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple]:
    return con.execute(f"select columns(lambda name: name <> 'run_id') from {table} order by all").fetchall()


def assert_as_if_built_whole(shop: CornerShop) -> None:
    """Compare with a full refresh of the same landing in a data folder of its own, which keeps its parsed project."""
    again = shop.folder.parent / "again"
    for folder in ("raw", "warehouse", "published", "dagster"):
        shutil.rmtree(again / folder, ignore_errors=True)
    shutil.copytree(shop.folder / "data" / "raw", again / "raw")
    command = [sys.executable, "-m", "orchestration.cli", "run", "--full-refresh", "--company", str(shop.folder)]
    environment = {**os.environ, "KPI_DATA_DIR": str(again)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    whole, grown = kept(again), kept(shop.folder / "data")
    assert {name for name in whole if whole[name] != grown[name]} == set()
    assert whole["kpi_values"]


def run_ids(shop: CornerShop) -> dict[str, set[str]]:
    """Metric → the runs that wrote its values."""
    with duckdb.connect(str(shop.folder / "data" / "warehouse" / "warehouse.duckdb"), read_only=True) as con:
        query = "select kpi, list(distinct run_id) from kpi.kpi_metric_values group by kpi"
        return {kpi: set(runs) for kpi, runs in con.execute(query).fetchall()}


def test_late_corrected_and_repeated_rows(shop):
    late = "7,cy,web,ES,2026-02-01 10:00:00,4,false"  # now cy's first
    kept_shop.deliver(shop.folder, "2026-03-02", [late, FIRST[1], FIRST[2]])
    shop.kpi("run")
    moved = "3,ben,store,ES,2026-01-15 09:00:00,6.75,false"  # another day, buyer, channel and amount; now ben's first
    kept_shop.deliver(shop.folder, "2026-03-03", [moved, moved, late])
    shop.kpi("run")
    assert_as_if_built_whole(shop)


def test_deleted_rows_and_customers_that_leave_and_return(shop):
    kept_shop.deliver(
        shop.folder, "2026-03-02", [FIRST[0].replace("false", "true")], {"ana": "consumer", "cy": "consumer"}
    )
    shop.kpi("run")
    kept_shop.deliver(shop.folder, "2026-03-03", [FIRST[5].replace("false", "true")], CUSTOMERS)
    shop.kpi("run")
    kept_shop.deliver(shop.folder, "2026-03-04", [FIRST[0]])
    shop.kpi("run")
    assert_as_if_built_whole(shop)


def test_a_now_that_moves_on_over_orders_that_were_still_to_come(shop):
    tomorrow, next_month = "7,ana,web,ES,2026-03-12 10:00:00,4,false", "8,dee,web,ES,2026-04-02 10:00:00,9,false"
    kept_shop.deliver(shop.folder, "2026-03-02", [tomorrow, next_month])
    shop.kpi("run")
    kept_shop.move_on(shop.folder, "2026-03-13T00:00:00Z")
    shop.kpi("run")
    kept_shop.move_on(shop.folder, "2026-04-05T12:00:00Z")
    kept_shop.deliver(shop.folder, "2026-03-03", ["9,ana,store,ES,2026-03-30 10:00:00,3,false"])
    shop.kpi("run")
    assert_as_if_built_whole(shop)


def test_a_changed_segment_and_an_order_that_is_whose_it_was_not(shop):
    kept_shop.deliver(shop.folder, "2026-03-02", [], {**CUSTOMERS, "ana": "enterprise", "dee": "consumer"})
    shop.kpi("run")
    kept_shop.deliver(shop.folder, "2026-03-03", [FIRST[4].replace("5,,", "5,dee,"), FIRST[0].replace("ana", "dee")])
    shop.kpi("run")
    assert_as_if_built_whole(shop)


def test_definitions_that_change_on_the_way_rewrite_their_own_values_only(shop):
    (first,) = run_ids(shop)["buyers"]
    changed = {"= 'store'": "= 'web'", "0.3 * orders_placed": "0.5 * orders_placed"}
    kept_shop.define(shop.folder, without=["least_order"], replaced=changed)
    shop.kpi("run")
    runs = run_ids(shop)
    assert "least_order" not in runs
    assert {kpi for kpi, written in runs.items() if written != {first}} == {"store_revenue", "net_of_fees"}
    shorter = "different_buyers, cumulative_type_params: {window: "
    changed[f"{shorter}9"] = f"{shorter}5"
    kept_shop.define(shop.folder, slices={"buyers": ["channel"], "revenue": []}, replaced=changed)
    kept_shop.deliver(shop.folder, "2026-03-02", ["7,cy,web,ES,2026-02-01 10:00:00,4,false"])
    shop.kpi("run")
    assert_as_if_built_whole(shop)
