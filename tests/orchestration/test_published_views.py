"""Views that a company's generated models publish: over the mart's own tables, checked like tables."""

from datetime import datetime

import duckdb
import pytest

from orchestration import warehouse
from orchestration.publishing.errors import PublishError
from orchestration.publishing.publish import publish
from orchestration.publishing.views import mart_views

pytestmark = pytest.mark.fast

SQL = """
select period_start as month, max(case when kpi = 'revenue' then value end) as revenue
from {{ ref('kpi_values') }}
group by period_start
"""
BUILD = """
create schema marts; create schema kpi;
create table marts.time_spine as select date '2026-01-01' as day;
create table kpi.kpi_values as
    select
        'revenue' as kpi, 'month' as grain, period_start::date as period_start, '' as slice, '' as slice_value,
        month(period_start)::double as value
    from range(timestamp '2026-01-01', timestamp '2026-04-01', interval 1 month) as r (period_start);
"""


def manifest(sql: str) -> dict:
    view = {
        "name": "shop_monthly",
        "resource_type": "model",
        "schema": "kpi",
        "raw_code": sql,
        "description": "One row per month.",
        "columns": {"revenue": {"description": "Revenue (currency)."}},
        "config": {"materialized": "view", "meta": {"published": {"kind": "view", "key": ["month"]}}},
        "depends_on": {"nodes": []},
    }
    table = {**view, "name": "kpi_values", "raw_code": "", "columns": {}, "config": {"meta": {}}}
    return {"sources": {}, "nodes": {"view": view, "table": table}}


@pytest.fixture
def shop(tmp_path):
    """Function that publishes with the view's SQL and returns the published folder."""
    with warehouse.connect(tmp_path / "warehouse.duckdb") as con:
        con.execute(BUILD)

    def run(sql: str = SQL):
        published = tmp_path / "published"
        publish(tmp_path / "warehouse.duckdb", published, manifest(sql), "{}", "run1", datetime(2026, 4, 1))
        return published

    return run


def test_only_models_that_say_so_are_views_of_the_mart():
    assert [(view.name, view.key) for view in mart_views(manifest(SQL))] == [("shop_monthly", ("month",))]


def test_a_view_reads_the_published_table_and_is_exported_with_the_tables(shop):
    published = shop()
    expected = [(1.0,), (2.0,), (3.0,)]
    with duckdb.connect(str(published / "kpi_mart.duckdb"), read_only=True) as con:
        assert con.execute("select revenue from shop_monthly order by month").fetchall() == expected
        comments = con.execute("select comment from duckdb_columns() where table_name = 'shop_monthly'").fetchall()
        assert comments == [(None,), ("Revenue (currency).",)]
        assert con.execute("select comment from duckdb_views() where view_name = 'shop_monthly'").fetchall() == [
            ("One row per month.",)
        ]
    parquet = str(published / "parquet" / "shop_monthly.parquet")
    assert duckdb.execute("select revenue from read_parquet(?)", [parquet]).fetchall() == expected


def test_a_view_with_two_rows_of_a_key_is_not_published(shop):
    with pytest.raises(PublishError, match=r'distinct \("month"\) of shop_monthly: 1, expected 3'):
        shop("select date '2026-01-01' as month, value as revenue from {{ ref('kpi_values') }}")
