"""What a second publication does to the first: it replaces all of it, and whoever reads or builds on it goes on."""

import shutil
import threading
import time
from datetime import datetime, timedelta

import duckdb
import pytest
from adbc_driver_postgresql import dbapi

from orchestration.errors import BuildError, UsageError
from orchestration.postgres import locks
from tests.postgres.server import ask, run
from tests.postgres.shop_marts import AS_OF, BUILD, MONTHLY, Shop

pytestmark = pytest.mark.postgres

RUN_IDS = "select string_agg(distinct run_id, ',' order by run_id) from kpi_mart.{}"
BY_KEY = "kpi_values order by kpi, grain, period_start, slice, slice_value"
HELD = "select table_name, rows, run_id from kpi_mart.kpi_publication order by table_name"
WITH_TAX = MONTHLY.replace("from", ", max(value) * 0.21 as tax from", 1)


@pytest.fixture(scope="module")
def first(server, tmp_path_factory):
    """A mart of a run named first, copied into the database that those of the tests begin as."""
    shop = Shop(tmp_path_factory.mktemp("first"), server.new_database("first"))
    shop.publish("first")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KPI_POSTGRES_URL", shop.url)
        shop.copy()
    return shop


@pytest.fixture
def shop(server, first, tmp_path, monkeypatch):
    """The same in a folder and a database of its own."""
    shutil.copytree(first.company.data, tmp_path / "data", symlinks=True)
    shop = Shop(tmp_path, server.new_database("replaced", template="first"))
    monkeypatch.setenv("KPI_POSTGRES_URL", shop.url)
    return shop


def rows_of(shop: Shop) -> list[tuple]:
    return ask(shop.url, f"select * from kpi_mart.{BY_KEY}")


def rows_of_mart(shop: Shop) -> list[tuple]:
    with duckdb.connect(str(shop.mart), read_only=True) as mart:
        return mart.execute(f"select * from {BY_KEY}").fetchall()


def test_another_run_replaces_every_table(shop):
    shop.publish("second", AS_OF + timedelta(days=1), build=BUILD.replace("* 1.5", "* 2"))
    shop.copy()
    assert rows_of(shop) == rows_of_mart(shop)
    assert ask(shop.url, "select revenue from kpi_mart.shop_monthly order by month limit 2") == [(2.0,), (64.0,)]
    assert ask(shop.url, "select distinct run_id, as_of from kpi_mart.kpi_publication") == [
        ("second", AS_OF + timedelta(days=1))
    ]
    assert ask(shop.url, "select label_en from kpi_mart.kpi_catalog") == [("Revenue of second",)]


def test_only_rows_that_differ_are_written(shop):
    before = ask(shop.url, "select xmin::text, count(*) from kpi_mart.kpi_values group by 1")
    assert [count for _, count in before] == [1131]
    shop.publish("second")
    shop.copy()
    january = 3 * (31 + 1)
    now = ask(shop.url, "select xmin::text, count(*), min(run_id) from kpi_mart.kpi_values group by 1 order by 2")
    assert [row[1:] for row in now] == [(january, "second"), (1131 - january, "first")]
    assert now[1][0] == before[0][0]


def test_the_same_run_twice_is_once(shop):
    before = rows_of(shop), ask(shop.url, HELD)
    copied = shop.copy()
    assert (rows_of(shop), ask(shop.url, HELD)) == before
    assert copied.changed == 2 * copied.tables  # when it was copied, of each table


def test_an_older_mart_replaces_a_newer_one_only_by_force(shop):
    run(shop.url, "update kpi_mart.kpi_publication set as_of = '2026-04-02 06:00', run_id = 'newerrun'")
    with pytest.raises(BuildError, match=r"holds run newerrun as of 2026-04-02 06:00 UTC, .* which --force does"):
        shop.copy()
    assert ask(shop.url, RUN_IDS.format("kpi_publication")) == [("newerrun",)]
    shop.copy(force=True)
    assert ask(shop.url, RUN_IDS.format("kpi_publication")) == [("first",)]


def test_a_mart_of_another_shape_takes_the_place_of_the_one_before(shop):
    run(
        shop.url,
        "alter table kpi_mart.kpi_values drop column target, add column gone int",
        "alter table kpi_mart.kpi_runs drop constraint kpi_runs_pkey, add primary key (run_id, started_at)",
        "alter table kpi_mart.kpi_catalog alter column kpi type varchar(100), alter column version type int",
        "drop table kpi_mart.kpi_signals",
        "create table kpi_mart.kpi_old (a int)",
        "insert into kpi_mart.kpi_publication values ('kpi_old', 0, 'first', '2026-04-01', '2026-04-01')",
    )
    shop.publish("second", monthly=WITH_TAX)
    shop.copy()
    columns = "select column_name, data_type from information_schema.columns where table_schema = 'kpi_mart'"
    of = dict(ask(shop.url, f"{columns} and table_name = 'kpi_values'"))
    assert (of["target"], "gone" in of) == ("double precision", False)
    of = dict(ask(shop.url, f"{columns} and table_name = 'kpi_catalog'"))
    assert (of["kpi"], of["version"]) == ("text", "bigint")
    of = dict(
        ask(
            shop.url,
            "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint where contype = 'p'",
        )
    )
    assert of["kpi_mart.kpi_runs"] == "PRIMARY KEY (run_id)"
    assert of["kpi_mart.kpi_catalog"] == "PRIMARY KEY (kpi)"
    assert ask(shop.url, "select to_regclass('kpi_mart.kpi_old') is null, count(*) from kpi_mart.kpi_signals") == [
        (True, 0)
    ]
    monthly = "select month, revenue, tax from {} order by month"
    with duckdb.connect(str(shop.mart), read_only=True) as mart:
        assert (
            ask(shop.url, monthly.format("kpi_mart.shop_monthly"))
            == mart.execute(monthly.format("shop_monthly")).fetchall()
        )
    nullable = "select is_nullable from information_schema.columns where table_name = 'kpi_runs'"
    assert ask(shop.url, f"{nullable} and column_name = 'started_at'") == [("YES",)]


def test_a_table_that_the_mart_lost_may_be_gone_already(shop):
    run(shop.url, "insert into kpi_mart.kpi_publication values ('kpi_old', 0, 'first', '2026-04-01', '2026-04-01')")
    shop.copy()
    assert ask(shop.url, "select count(*) from kpi_mart.kpi_publication where table_name = 'kpi_old'") == [(0,)]


def test_a_view_of_an_analyst_survives_and_one_of_a_column_that_goes_is_named(shop):
    run(shop.url, "create schema bi", "create view bi.best as select max(revenue) as best from kpi_mart.shop_monthly")
    shop.publish("second", build=BUILD.replace("* 1.5", "* 2"))
    shop.copy()
    assert ask(shop.url, "select best from bi.best") == [(2.0 * 335,)]  # December 1 is day 335
    shop.publish("third", monthly=MONTHLY.replace("as revenue", "as turnover"))
    with pytest.raises(BuildError, match=r"view bi\.best depends on column revenue of table kpi_mart\.shop_monthly"):
        shop.copy()
    assert ask(shop.url, "select best from bi.best") == [(2.0 * 335,)]


def test_a_reader_in_a_transaction_sees_its_run_to_the_end_while_tables_change_their_shape(shop):
    shop.publish("second", monthly=WITH_TAX)
    with dbapi.connect(shop.url) as reader, reader.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read")
        cursor.execute(RUN_IDS.format("kpi_publication"))
        assert cursor.fetchall() == [("first",)]
        shop.copy()
        cursor.execute("select count(revenue) from kpi_mart.shop_monthly")  # first read after it changed
        assert cursor.fetchall() == [(12,)]
        cursor.execute("select label_en from kpi_mart.kpi_catalog")
        assert cursor.fetchall() == [("Revenue of first",)]
        cursor.execute("select count(tax) from kpi_mart.shop_monthly")  # a column that its run did not have
        assert cursor.fetchall() == [(0,)]
    assert ask(shop.url, "select count(tax) from kpi_mart.shop_monthly") == [(12,)]


def test_columns_change_when_a_reader_ends_and_never_at_its_expense(shop, monkeypatch):
    shop.publish("second", monthly=WITH_TAX)
    with dbapi.connect(shop.url) as reader, reader.cursor() as cursor:
        cursor.execute("select count(*) from kpi_mart.shop_monthly")
        cursor.fetchall()
        monkeypatch.setattr(locks, "ATTEMPTS", 1)
        with pytest.raises(BuildError, match="reader has kept one of them open"):
            shop.copy()
        assert ask(shop.url, RUN_IDS.format("kpi_publication")) == [("first",)]
        monkeypatch.undo()
        monkeypatch.setenv("KPI_POSTGRES_URL", shop.url)
        copying = threading.Thread(target=shop.copy)
        copying.start()
        for _ in range(15):
            cursor.execute("select count(revenue) from kpi_mart.shop_monthly")
            assert cursor.fetchall() == [(12,)]
            time.sleep(0.1)
        assert copying.is_alive()
        reader.commit()
        copying.join(30)
    assert ask(shop.url, RUN_IDS.format("kpi_publication")) == [("second",)]


def test_of_two_publishers_the_second_waits_and_brings_the_newest(shop, capfd):
    with dbapi.connect(shop.url) as first, first.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('kpi publish kpi_mart', 0)) is null")
        second = threading.Thread(target=shop.copy)
        second.start()
        waiting = (
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'kpi publish'"
        )
        for _ in range(100):
            if ask(shop.url, waiting) == [(1,)]:
                break
            time.sleep(0.05)
        assert ask(shop.url, waiting) == [(1,)]
        shop.publish("second", datetime(2026, 4, 2))  # while it waits
    second.join(30)
    assert ask(shop.url, RUN_IDS.format("kpi_publication")) == [("second",)]


def test_a_publication_that_never_ends_holds_up_no_other_for_good(shop, monkeypatch):
    monkeypatch.setattr(locks, "TURN", "200ms")
    with dbapi.connect(shop.url) as first, first.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('kpi publish kpi_mart', 0)) is null")
        with pytest.raises(BuildError, match="another publication to kpi_mart has not ended within 200ms; end it"):
            shop.copy()
    shop.copy()


@pytest.mark.parametrize("schema", ["public", 'odd "schema"; drop'])
def test_a_schema_of_others_is_left_alone_and_any_name_is_a_name(shop, schema):
    quoted = '"' + schema.replace('"', '""') + '"'
    run(shop.url, f"create schema if not exists {quoted}", f"create table {quoted}.theirs (a int)")
    with pytest.raises(UsageError, match="holds theirs, which kpi publish did not make"):
        shop.copy(schema=schema)
    run(shop.url, f"drop table {quoted}.theirs")
    shop.copy(schema=schema)
    assert ask(shop.url, f"select count(*) from {quoted}.kpi_values") == [(1131,)]
    run(
        shop.url,
        f"drop table {quoted}.kpi_signals",
        f"delete from {quoted}.kpi_publication where table_name = 'kpi_signals'",
    )
    run(shop.url, f"create view {quoted}.kpi_signals as select 1 as mine")
    with pytest.raises(UsageError, match="the mart has one of that name"):
        shop.copy(schema=schema)
    assert ask(shop.url, f"select mine from {quoted}.kpi_signals") == [(1,)]
