"""Publishing: what readers find at the published names, whatever happens to the run that writes them."""

import random
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from orchestration import warehouse
from orchestration.publishing.contract import mart_tables
from orchestration.publishing.errors import PublishError
from orchestration.publishing.publish import publish
from orchestration.publishing.versions import published_as_of

NOW = datetime(2026, 11, 14, 6, 12)


def fact(name: str, logs=()) -> dict:
    return {
        "name": name,
        "resource_type": "model",
        "schema": "marts",
        "description": f"one row per {name}",
        "columns": {"amount": {"description": "euros"}},
        "config": {"meta": {"logs": list(logs)}},
        "depends_on": {"nodes": []},
    }


VALUES = {"name": "kpi_values", "resource_type": "model", "schema": "kpi", "description": "every value"}
VALUES |= {"columns": {"value": {"description": "the KPI's value"}}, "config": {}, "depends_on": {"nodes": []}}
MANIFEST = {
    "sources": {},
    "nodes": {
        node["name"]: node
        for node in (fact("fct_orders", ["ordered_day"]), fact("dim_customers", ["customer_id"]), VALUES)
    },
}
BUILD = """
create schema marts; create schema kpi;
create table marts.fct_orders as
    select i as order_id, date '2026-01-15' + (i * 10)::int as ordered_day, i::decimal(18,6) as amount
    from range(9) as r (i);
create table marts.dim_customers as select 'c1' as customer_id;
create table marts.time_spine as
    select unnest(range(date '2026-01-01', date '2026-05-01', interval 1 day))::date as day;
create table kpi.kpi_values as
    select 'revenue' as kpi, 'day' as grain, day as period_start, '' as slice, '' as slice_value, 1::double as value
    from marts.time_spine;
create table kpi.kpi_metric_values as select 1 as internal;
insert into control.runs (run_id, run_seq, status) values ('run0', 1, 'running');
insert into control.definitions values ('fct_orders', 'hash', 'run0');
"""


@pytest.fixture
def home(tmp_path):
    with warehouse.connect(tmp_path / "warehouse.duckdb") as con:
        con.execute(BUILD)
    return tmp_path


def change(home: Path, sql: str) -> None:
    with warehouse.connect(home / "warehouse.duckdb") as con:
        con.execute(sql)


def run(home: Path, run_id: str):
    return publish(home / "warehouse.duckdb", home / "published", MANIFEST, "{}", run_id, NOW)


def ask(home: Path, sql: str, file: str = "kpi_mart.duckdb"):
    with duckdb.connect(str(home / "published" / file), read_only=True) as con:
        return con.execute(sql).fetchall()


def fact_files(home: Path) -> set[str]:
    return {path.name for path in (home / "published" / "facts" / "fct_orders").iterdir()}


@pytest.mark.fast
def test_the_mart_has_every_table_of_the_contract_with_comments_and_nothing_internal(home):
    run(home, "run1")
    assert {name for (name,) in ask(home, "show tables")} == {table.name for table in mart_tables()}
    assert ask(home, "select count(*), count(target), sum(value) from kpi_values") == [(120, 0, 120.0)]
    comments = "select comment from duckdb_columns() where table_name = 'kpi_values' and column_name = 'value'"
    assert ask(home, comments) == [("the KPI's value",)]
    assert ask(home, "select run_id, status from kpi_runs") == [("run0", "running")]
    parquet = home / "published" / "parquet" / "kpi_values.parquet"
    assert duckdb.execute("select count(*) from read_parquet(?)", [str(parquet)]).fetchone() == (120,)
    assert published_as_of(home / "published") == NOW


@pytest.mark.fast
def test_the_mart_is_in_the_storage_format_that_older_readers_understand(home):
    run(home, "run1")
    assert ask(home, "select tags['storage_version'] from duckdb_databases() where not internal")[0][0].startswith(
        "v1.5"
    )


@pytest.mark.fast
def test_only_touched_months_of_a_fact_are_rewritten(home):
    run(home, "run1")
    before = fact_files(home)
    assert before == {f"2026-{month}-run1.parquet" for month in ("01", "02", "03", "04")} | {"undated-run1.parquet"}
    change(home, "update marts.fct_orders set amount = 100 where ordered_day = '2026-02-04'")
    change(home, "insert into control.changes values ('fct_orders.ordered_day', '2026-02-04', 1)")
    assert run(home, "run2").rewritten == 1
    assert fact_files(home) - before == {"2026-02-run2.parquet"}
    expected = [(9, 100 + 36 - 2)]
    assert ask(home, "select count(*), sum(amount) from marts.fct_orders", "warehouse.duckdb") == expected
    assert run(home, "run3").rewritten == 0


@pytest.mark.fast
def test_a_month_that_lost_all_its_rows_and_a_changed_dimension_are_seen(home):
    run(home, "run1")
    change(
        home,
        "delete from marts.fct_orders where month(ordered_day) = 2; update marts.dim_customers set customer_id = 'c2'",
    )
    assert run(home, "run2").rewritten == 1
    assert ask(home, "select count(*) from marts.fct_orders", "warehouse.duckdb") == [(6,)]
    assert ask(home, "select customer_id from marts.dim_customers", "warehouse.duckdb") == [("c2",)]


@pytest.mark.fast
def test_a_dimension_whose_column_has_another_name_is_written_again(home):
    run(home, "run1")
    change(home, "alter table marts.dim_customers rename customer_id to client_id")
    run(home, "run2")
    assert ask(home, "select client_id from marts.dim_customers", "warehouse.duckdb") == [("c1",)]


@pytest.mark.fast
def test_a_rebuilt_fact_is_written_whole(home):
    run(home, "run1")
    change(home, "update control.definitions set run_id = 'run2'; alter table marts.fct_orders add column note varchar")
    assert run(home, "run2").rewritten == 5
    assert ask(home, "select count(note) from marts.fct_orders", "warehouse.duckdb") == [(0,)]


@pytest.mark.fast
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("insert into kpi.kpi_values select * from kpi.kpi_values limit 1", "distinct .* of kpi_values"),
        ("alter table kpi.kpi_values add column surprise int", "surprise, which mart_contract.yml does not publish"),
        ("alter table kpi.kpi_values drop column slice", "lacks the key column slice"),
    ],
)
def test_a_mart_that_breaks_its_contract_is_not_shown(home, damage, message):
    run(home, "run1")
    change(home, damage)
    with pytest.raises(PublishError, match=message):
        run(home, "run2")
    assert (home / "published" / "current").readlink() == Path("versions/run1")


@pytest.mark.fast
def test_five_versions_are_kept_with_the_files_they_list(home):
    for number in range(7):
        change(home, f"update marts.fct_orders set amount = {number}; delete from control.changes")
        change(home, f"insert into control.changes values ('fct_orders.ordered_day', '2026-02-04', {number})")
        run(home, f"run{number}")
    kept = {path.name for path in (home / "published" / "versions").iterdir()}
    assert kept == {f"run{number}" for number in range(2, 7)}
    assert {name for name in fact_files(home) if name.startswith("2026-02")} == {
        f"2026-02-run{n}.parquet" for n in range(2, 7)
    }
    old = home / "published" / "versions" / "run2" / "warehouse.duckdb"
    with duckdb.connect(str(old), read_only=True) as con:
        assert con.execute("select count(*) from marts.fct_orders").fetchone() == (9,)


@pytest.mark.fast
def test_a_run_that_publishes_again_does_not_take_its_first_version_away(home):
    first = run(home, "run1").version
    second = run(home, "run1").version
    assert (home / "published" / "current").resolve() == second.resolve()
    assert (first / "kpi_mart.duckdb").exists()


@pytest.mark.fast
def test_a_reader_that_opened_the_old_mart_keeps_reading_it(home):
    run(home, "run1")
    with duckdb.connect(str(home / "published" / "kpi_mart.duckdb"), read_only=True) as reader:
        change(home, "delete from kpi.kpi_values")
        run(home, "run2")
        assert reader.execute("select count(*) from kpi_values").fetchone() == (120,)
    assert ask(home, "select count(*) from kpi_values") == [(0,)]


PUBLISH = """
import sys
from pathlib import Path
sys.path.insert(0, str(Path(sys.argv[1]).parent))
from test_publishing import run
print("ready", flush=True)
run(Path(sys.argv[2]), sys.argv[3])
"""


def start_publishing(home: Path, run_id: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PUBLISH, __file__, str(home), run_id]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.slow
def test_a_kill_at_any_instant_leaves_a_whole_mart(home):
    start = time.perf_counter()
    process = start_publishing(home, "before")
    process.communicate()
    undisturbed = time.perf_counter() - start
    chance, seen, day = random.Random(7), set(), "'fct_orders.ordered_day', ordered_day::varchar"
    for attempt in range(20):
        change(home, f"update kpi.kpi_values set value = {attempt}; update marts.fct_orders set amount = {attempt}")
        change(home, f"insert into control.changes select {day}, nextval('control.change_seq') from marts.fct_orders")
        process = start_publishing(home, f"attempt{attempt}")
        time.sleep(chance.uniform(0, 2 * undisturbed))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        current = (home / "published" / "current").readlink().name
        seen.add(current)
        values = ask(home, "select count(*), min(value) = max(value) from kpi_values")
        assert values == [(120, True)], current
        amounts = ask(home, "select count(*), count(distinct amount) from marts.fct_orders", "warehouse.duckdb")
        assert amounts == [(9, 9 if current == "before" else 1)], current
    assert len(seen) > 1, "no attempt was quick enough to publish: the kills all came too early"
    run(home, "after")
    assert not list((home / "published" / "versions").glob(".tmp-*"))
