"""The control schema: runs, batches, changes, definitions, and the lock."""

import json
import subprocess
import sys
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration import run_lock, warehouse
from orchestration.dbt import model_hashes
from orchestration.run_lock import Holder, LockHeldError
from orchestration.warehouse import OpenedRun, SourceRow

pytestmark = pytest.mark.fast
NOW = datetime(2026, 11, 14, 6, 12)


@pytest.fixture
def con(tmp_path):
    connection = warehouse.connect(tmp_path / "warehouse" / "warehouse.duckdb")
    yield connection
    connection.close()


def opened(run_id: str) -> OpenedRun:
    return OpenedRun(run_id, NOW, NOW, rows_in=3, rows_landed=2, rows_quarantined=1)


def land(raw, system: str, table: str, batch: str, rows: int) -> None:
    footer = {
        "system": system,
        "table": table,
        "batch": batch,
        "pull": batch.split("-")[0],
        "pulled_at": "2026-11-14T06:00:00+00:00",
        "rows": rows,
        "rows_quarantined": 1,
    }
    data = pa.table({"id": list(range(rows))}).replace_schema_metadata({"kpi_mart": json.dumps(footer)})
    folder = raw / system / table
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(data, folder / f"{batch}.parquet")


def test_a_run_that_never_finished_or_never_showed_its_mart_is_marked_interrupted_by_the_next(con, tmp_path):
    seen_by_readers = None
    for run_id, status in (("a", "running"), ("b", "published"), ("c", "published"), ("d", "published")):
        warehouse.mark_unfinished(con, seen_by_readers)
        warehouse.open_run(con, opened(run_id), tmp_path / "raw", [])
        warehouse.finish_run(con, run_id, status, {"pull": 1.5}, NOW)
        seen_by_readers = "b" if run_id in "bc" else seen_by_readers
    rows = con.execute("select run_id, run_seq, status from control.runs order by run_seq").fetchall()
    assert rows == [("a", 1, "interrupted"), ("b", 2, "published"), ("c", 3, "interrupted"), ("d", 4, "published")]
    assert con.execute("select run_id, as_of from control.run").fetchall() == [("d", NOW)]


def test_a_run_ends_no_earlier_than_it_began_though_the_clock_went_back(con, tmp_path):
    warehouse.open_run(con, opened("a"), tmp_path / "raw", [])
    for finished_at in (NOW - timedelta(minutes=2), NOW + timedelta(minutes=2)):
        warehouse.finish_run(con, "a", "published", {}, finished_at)
        assert con.execute("select finished_at from control.runs").fetchall() == [(max(NOW, finished_at),)]


def test_batches_are_read_from_the_footers_and_unfinished_files_are_not_seen(con, tmp_path):
    raw = tmp_path / "raw"
    land(raw, "shop", "orders", "20261114T060000000000-000", 2)
    (raw / "shop" / "orders" / ".x.parquet").write_text("half a file")
    warehouse.open_run(con, opened("a"), raw, [SourceRow("shop", "orders", "orders", "upsert", 24.0)])
    (row,) = con.execute("select * from control.batches").fetchall()
    path = str(raw / "shop" / "orders" / "20261114T060000000000-000.parquet")
    assert row == (
        "shop",
        "orders",
        "20261114T060000000000-000",
        "20261114T060000000000",
        path,
        datetime(2026, 11, 14, 6),
        2,
        1,
    )
    assert con.execute("select entity, freshness_hours from control.sources").fetchall() == [("orders", 24.0)]


def test_a_change_is_kept_until_every_consumer_and_the_published_facts_have_seen_it(con):
    con.execute("insert into control.changes select 't', i::varchar, i from range(1, 6) r(i)")
    con.execute(
        "insert into control.offsets values ('fast', 2, ?), ('fast', 5, ?), ('slow', 3, ?), ('gone', 0, ?)", [NOW] * 4
    )
    warehouse.prune_changes(con, ["fast", "slow", "not built yet"], published_seq=4)
    assert con.execute("select seq from control.changes order by seq").fetchall() == [(4,), (5,)]
    assert con.execute("select consumer, seq from control.offsets order by 1").fetchall() == [("fast", 5), ("slow", 3)]


def test_recompute_logs_every_day_for_every_fact_and_state(con):
    warehouse.recompute(con, manifest(), date(2026, 1, 30), date(2026, 2, 1))
    rows = con.execute("select topic, key from control.changes order by topic, seq").fetchall()
    topics, days = ("fct_orders.ordered_day", "state_orders.day"), ("2026-01-30", "2026-01-31", "2026-02-01")
    assert rows == [(topic, day) for topic in topics for day in days]


def test_a_run_that_built_only_some_models_leaves_something_to_build(con, tmp_path):
    raw, whole = tmp_path / "raw", OpenedRun("a", NOW, NOW, fingerprint="of all definitions")
    news = []
    for partial in (False, True, False):
        news.append(warehouse.open_run(con, whole, raw, []))
        if partial:
            warehouse.mark_partial(con, "a")
        warehouse.finish_run(con, "a", "published", {}, NOW)
    assert news == [True, False, True]


def model(name: str, code: str, parents=(), schema="marts", materialized="incremental", logs=(), macros=()):
    return {
        "unique_id": f"model.kpi_mart.{name}",
        "name": name,
        "alias": name,
        "schema": schema,
        "resource_type": "model",
        "raw_code": code,
        "config": {"materialized": materialized, "meta": {"logs": list(logs)}},
        "columns": {},
        "depends_on": {"nodes": [f"model.kpi_mart.{p}" for p in parents], "macros": list(macros)},
    }


def manifest(entity_code="select 1", macro="{% macro m() %}1{% endmacro %}", rendered=()):
    nodes = [
        model("stg_shop__orders", "select 1", schema="staging"),
        model("int_orders", entity_code, ["stg_shop__orders"], schema="intermediate", materialized="view"),
        model("fct_orders", "select {{ m() }}", ["int_orders"], logs=["ordered_day", "customer_id"], macros=rendered),
        model("fct_deals", "select 3"),
        model("state_orders", "select 4", schema="kpi", logs=["day"]),
    ]
    return {
        "metadata": {"project_name": "kpi_mart"},
        "nodes": {node["unique_id"]: node for node in nodes},
        "macros": {"macro.kpi_mart.m": {"package_name": "kpi_mart", "macro_sql": macro, "depends_on": {"macros": []}}},
    }


VARS = {"sources": {"shop": {"orders": {"key": ["id"]}}}, "entities": {"orders": [["shop", "orders"]]}, "calendar": {}}


@pytest.mark.parametrize(
    ("changed", "rebuilt"),
    [
        ((manifest(), VARS), set()),
        # dbt lists the macros of the branches that its last run happened to render
        ((manifest(rendered=["macro.kpi_mart.m"]), VARS), set()),
        ((manifest(entity_code="select 9"), VARS), {"fct_orders"}),
        ((manifest(macro="{% macro m() %}2{% endmacro %}"), VARS), {"fct_orders"}),
        ((manifest(), {**VARS, "calendar": {"time_zone": "UTC"}}), {"fct_orders", "fct_deals", "state_orders"}),
        ((manifest(), {**VARS, "sources": {"shop": {"orders": {"key": ["no"]}}}}), {"fct_orders", "stg_shop__orders"}),
    ],
    ids=["nothing", "nothing but what was rendered", "an upstream view", "a macro", "the calendar", "the source's key"],
)
def test_a_hash_changes_with_what_the_model_is_built_from_and_with_nothing_else(changed, rebuilt):
    before = model_hashes.model_hashes(manifest(), VARS)
    after = model_hashes.model_hashes(*changed)
    assert {name for name in before if before[name] != after[name]} == rebuilt


def test_a_model_that_is_gone_is_dropped_and_built_whole_when_it_comes_back_since_it_missed_changes(con):
    all_models, fewer = manifest(), manifest()
    del fewer["nodes"]["model.kpi_mart.state_orders"]
    hashes = model_hashes.model_hashes(all_models, VARS)
    con.execute("create schema marts; create schema mine; create table marts.state_orders (i int)")
    con.execute("create table marts.fct_deals (i int); create table mine.state_orders (i int)")
    model_hashes.record_built(con, hashes, hashes, "run 1")
    model_hashes.drop_changed(con, fewer, model_hashes.model_hashes(fewer, VARS))
    kept = con.execute("select schema_name, table_name from duckdb_tables() where schema_name in ('marts', 'mine')")
    assert set(kept.fetchall()) == {("marts", "fct_deals"), ("mine", "state_orders")}
    assert model_hashes.drop_changed(con, all_models, hashes) == ["state_orders"]


def test_a_table_of_another_definition_is_dropped_and_its_memory_forgotten(con):
    con.execute("create schema marts; create table marts.fct_deals (i int)")
    con.execute("create table marts.fct_orders as select date '2026-03-01' as ordered_day")  # without a logged column
    con.execute("insert into control.offsets values ('fct_orders', 1, ?), ('fct_deals', 1, ?)", [NOW, NOW])
    hashes = model_hashes.model_hashes(manifest(), VARS)
    model_hashes.record_built(con, hashes | {"fct_orders": "old"}, hashes, "run 1")
    assert model_hashes.drop_changed(con, manifest(), hashes) == ["fct_orders"]
    assert con.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall() == [
        ("fct_deals",)
    ]
    assert con.execute("select consumer from control.offsets").fetchall() == [("fct_deals",)]
    assert con.execute("select topic, key from control.changes").fetchall() == [
        ("fct_orders.ordered_day", "2026-03-01")
    ]
    model_hashes.record_built(con, hashes, ["fct_orders"], "run 2")
    assert model_hashes.drop_changed(con, manifest(), hashes) == []


HOLD = """
import sys, time
from pathlib import Path
from orchestration.run_lock import Holder, hold
with hold(Path(sys.argv[1]), Holder("11112222-3333", 42, "2026-11-14T06:12:00", "data")):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other_run(tmp_path):
    lock = tmp_path / "warehouse" / ".lock"
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield lock, process
    process.kill()
    process.wait()


ME = Holder("me", 1, "2026-11-14T07:00:00", "data")


def test_a_second_run_that_may_not_wait_is_told_who_holds_the_lock(other_run):
    lock, _ = other_run
    with (
        pytest.raises(LockHeldError, match=r"run 11112222 \(pid 42, since 2026-11-14T06:12:00\) holds"),
        run_lock.hold(lock, ME, wait=False),
    ):
        pass


def test_a_second_run_waits_and_takes_over_when_the_first_is_killed(other_run):
    lock, process = other_run
    said = []

    def first_ends(message: str) -> None:
        said.append(message)
        process.kill()

    with run_lock.hold(lock, ME, on_wait=first_ends):
        assert run_lock.read_holder(lock) == ME
        assert run_lock.is_held(lock)
    assert said == ["waiting for run 11112222 (pid 42, since 2026-11-14T06:12:00)"]
    assert not run_lock.is_held(lock)
