"""A copied mart is the published one: every row, every type, what tables say of themselves, and who may read them."""

import math
from datetime import datetime

import duckdb
import pytest
from adbc_driver_postgresql import dbapi

from tests.postgres.server import ask, run
from tests.postgres.shop_marts import Shop

pytestmark = pytest.mark.postgres

ODD_VALUES = (float("nan"), float("inf"), -float("inf"), 1e12, -0.0004, 5e-324, None)
LONG = "ñ" * 200_000
ODD_TEXTS = ("", "it's", 'a "b" \\ c', "tab\tline\nnull\\N", "🙂 ñ", LONG)
HAND_MADE = "\"check\" in ('none', 'empty', 'odd')"
WIDE = "k" * 70


def odd(con_value: object) -> str:
    return "null" if con_value is None else f"'{con_value}'::double"


@pytest.fixture(scope="module")
def shop(server, tmp_path_factory):
    """A mart with every oddity, copied."""
    shop = Shop(tmp_path_factory.mktemp("shop"), server.new_database("copied"))
    shop.publish("first")
    values = ", ".join(f"('odd', 'day', '2026-01-0{i + 1}', '', '', {odd(v)})" for i, v in enumerate(ODD_VALUES))
    texts = [text.replace("'", "''") for text in ODD_TEXTS]
    shop.edit(
        f'insert into kpi_values (kpi, grain, period_start, slice, slice_value, "value") values {values}',
        *(f"insert into kpi_catalog (kpi, label_en) values ('odd{i}', '{text}')" for i, text in enumerate(texts)),
        "insert into kpi_catalog (kpi, label_en) values ('nul', 'a' || chr(0) || 'b')",
        """insert into kpi_checks ("check", run_id, kpis) values
            ('none', 'first', null), ('empty', 'first', []), ('odd', 'first', ['a', null, '{"b", c}', chr(0)])""",
        "update kpi_runs set as_of = '1999-12-31 23:59:59.123456'",
        f"""create view wide_monthly as select date '2026-01-01' as month, 1 as "{WIDE}", 2 as "{WIDE}2",
            1.25::decimal(18, 4) as price, 170::hugeint as big, {{'a': 1, 'b': ['x']}} as nested,
            'z'::enum('z') as few""",
    )
    shop.know_key("wide_monthly", "month")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KPI_POSTGRES_URL", shop.url)
        yield shop, shop.copy()


def arrow(url: str, query: str):
    with dbapi.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetch_arrow_table()


def mart_relations(shop: Shop) -> list[str]:
    with duckdb.connect(str(shop.mart), read_only=True) as mart:
        return [row[0] for row in mart.execute("select table_name from information_schema.tables").fetchall()]


def test_every_table_and_view_has_the_rows_of_the_mart_and_no_other(shop):
    shop, copied = shop
    relations = [relation for relation in mart_relations(shop) if relation != "wide_monthly"]
    assert {"kpi_values", "kpi_checks", "shop_monthly", "calendar"} <= set(relations)
    rows = 0
    with duckdb.connect(str(shop.mart), read_only=True) as mart:
        for relation in relations:
            theirs = arrow(shop.url, f'select * from kpi_mart."{relation}"')  # noqa: F841 - DuckDB finds it by name
            ours = (
                f"(select columns(* exclude (kpis)), [replace(k, chr(0), '�') for k in kpis] as kpis from {relation})"
            )
            ours = ours if relation == "kpi_checks" else f'"{relation}"'
            ours = ours.replace(
                '"kpi_catalog"', "(select * replace (replace(label_en, chr(0), '�') as label_en) from kpi_catalog)"
            )
            for one, other in ((ours, "theirs"), ("theirs", ours)):
                query = f"select count(*) from (select * from {one} except all select * from {other})"
                assert mart.execute(query).fetchone() == (0,), relation
            rows += mart.execute(f'select count(*) from "{relation}"').fetchone()[0]
    assert rows > 1000
    tables = len(relations) + 2  # the wide view, and kpi_publication with a row of each
    assert (copied.tables, copied.rows) == (tables, rows + 1 + tables)


def test_what_is_odd_arrives_as_it_is(shop):
    shop, _ = shop
    values = [
        row[0] for row in ask(shop.url, "select value from kpi_mart.kpi_values where kpi = 'odd' order by period_start")
    ]
    assert math.isnan(values[0])
    assert values[1:] == [math.inf, -math.inf, 1e12, -0.0004, 5e-324, None]
    texts = ask(shop.url, "select label_en from kpi_mart.kpi_catalog where kpi like 'odd%' order by kpi")
    assert tuple(text for (text,) in texts) == ODD_TEXTS
    lists = dict(ask(shop.url, f'select "check", kpis from kpi_mart.kpi_checks where {HAND_MADE}'))
    assert lists == {"none": None, "empty": [], "odd": ["a", None, '{"b", c}', "�"]}
    assert ask(shop.url, "select as_of from kpi_mart.kpi_runs") == [(datetime(1999, 12, 31, 23, 59, 59, 123456),)]
    assert ask(shop.url, "select label_en from kpi_mart.kpi_catalog where kpi = 'nul'") == [("a�b",)]


def test_types_are_those_of_the_mart(shop):
    shop, _ = shop
    query = "select table_name || '.' || column_name, data_type, udt_name, numeric_precision, numeric_scale"
    found = {
        row[0]: row[1:]
        for row in ask(shop.url, f"{query} from information_schema.columns where table_schema = 'kpi_mart'")
    }
    assert found["kpi_values.period_start"][0] == "date"
    assert found["kpi_values.value"][0] == "double precision"
    assert found["kpi_values.sample_size"][0] == "bigint"
    assert found["kpi_values.certified"][0] == "boolean"
    assert found["kpi_runs.started_at"][0] == "timestamp without time zone"
    assert found["kpi_checks.kpis"][:2] == ("ARRAY", "_text")
    assert found["wide_monthly.price"] == ("numeric", "numeric", 18, 4)
    assert found["wide_monthly.big"][0] == "numeric"
    assert found["wide_monthly.few"][0] == "text"
    assert ask(shop.url, "select nested, few, big::int from kpi_mart.wide_monthly") == [('{"a":1,"b":["x"]}', "z", 170)]


def test_names_that_postgresql_would_cut_stay_apart(shop):
    shop, _ = shop
    query = (
        "select column_name from information_schema.columns where table_name = 'wide_monthly' order by ordinal_position"
    )
    (_, one), (_, two) = [(len(name), name) for (name,) in ask(shop.url, query)][1:3]
    assert one != two
    assert len(one) == len(two) == 63
    assert one.startswith("k" * 54 + "_")
    assert ask(shop.url, f'select "{one}", "{two}" from kpi_mart.wide_monthly') == [(1, 2)]


def test_tables_and_columns_say_what_the_mart_says_of_them(shop):
    shop, _ = shop
    described = "select obj_description('kpi_mart.{}'::regclass), col_description('kpi_mart.{}'::regclass, {})"
    assert ask(shop.url, described.format("kpi_catalog", "kpi_catalog", 4)) == [
        ("One row per KPI.", "Its label; it's in English.")
    ]
    assert ask(shop.url, described.format("shop_monthly", "shop_monthly", 2)) == [
        ("A row a month.", "Revenue (currency).")
    ]
    assert ask(shop.url, described.format("kpi_targets", "kpi_targets", 1)) == [
        ("One row per KPI, grain, period, slice and slice value.", "Name of the KPI.")
    ]
    columns = "select count(*) from duckdb_columns() where not internal and comment is not null"
    with duckdb.connect(str(shop.mart), read_only=True) as mart:
        ((expected,),) = mart.execute(columns).fetchall()
    commented = "select count(*) from pg_description as d join pg_class as c on c.oid = d.objoid"
    where = "where relnamespace = 'kpi_mart'::regnamespace and objsubid > 0 and relname <> 'kpi_publication'"
    assert expected > 100
    assert ask(shop.url, f"{commented} {where}") == [(expected,)]


def test_every_table_has_the_key_of_the_contract_and_filters_have_their_index(shop):
    shop, _ = shop
    keys = dict(ask(shop.url, """
        select table_name, string_agg(column_name, ',' order by ordinal_position)
        from information_schema.key_column_usage where constraint_schema = 'kpi_mart' group by table_name
    """))  # fmt: skip
    assert keys["kpi_values"] == "kpi,grain,period_start,slice,slice_value"
    assert keys["kpi_checks"] == "check,run_id"
    assert keys["shop_monthly"] == "month"
    assert keys["kpi_publication"] == "table_name"
    assert set(keys) == {*mart_relations(shop), "kpi_publication"}
    indexes = [text for (text,) in ask(shop.url, "select indexdef from pg_indexes where tablename = 'kpi_values'")]
    assert any("(grain, slice, period_start)" in text for text in indexes)


def test_it_says_of_which_run_it_is(shop):
    shop, copied = shop
    assert "run first as of 2026-04-01 06:00 UTC" in str(copied)
    held = ask(shop.url, "select rows, run_id, as_of from kpi_mart.kpi_publication where table_name = 'kpi_values'")
    assert held == [(1131 + len(ODD_VALUES), "first", datetime(2026, 4, 1, 6))]
    assert ask(shop.url, "select count(*), count(distinct run_id) from kpi_mart.kpi_publication") == [
        (copied.tables, 1)
    ]


ALLOWED = ("select count(*) from kpi_mart.kpi_values", "select revenue from kpi_mart.shop_monthly limit 1")
FORBIDDEN = (
    "insert into kpi_mart.calendar (day) values ('2026-01-01')",
    "update kpi_mart.kpi_values set value = 0",
    "delete from kpi_mart.kpi_runs",
    "truncate kpi_mart.kpi_values",
    "drop table kpi_mart.kpi_values",
    "create table kpi_mart.mine (a int)",
    "alter table kpi_mart.kpi_values add column mine int",
)


def member(server, shop: Shop) -> str:
    """The URL of somebody who was made a member of the role that reads."""
    run(server.url(), "drop role if exists analyst", "create role analyst login password 'x' in role kpi_reader")
    return shop.url.replace("owner@", "analyst:x@")


def test_the_reader_reads_and_does_nothing_else(shop, server):
    shop, _ = shop
    analyst = member(server, shop)
    for query in ALLOWED:
        assert ask(analyst, query)
    for statement in FORBIDDEN:
        with pytest.raises(dbapi.Error) as refused:
            run(analyst, statement)
        assert refused.value.sqlstate == "42501", statement
    run(shop.url, "create table kpi_mart.later as select 1 as a")
    assert ask(analyst, "select a from kpi_mart.later") == [(1,)]
    run(shop.url, "drop table kpi_mart.later")
    assert ask(shop.url, "select rolcanlogin, rolsuper, rolcreatedb from pg_roles where rolname = 'kpi_reader'") == [
        (False, False, False)
    ]


def test_nobody_else_reads_nor_does_a_reader_make_it_so(shop, server):
    shop, _ = shop
    run(member(server, shop), "grant select on kpi_mart.kpi_values to public")  # which is a warning, without effect
    run(server.url(), "drop role if exists stranger", "create role stranger login password 'x'")
    for query in ALLOWED:
        with pytest.raises(dbapi.Error) as refused:
            ask(shop.url.replace("owner@", "stranger:x@"), query)
        assert refused.value.sqlstate == "42501"
