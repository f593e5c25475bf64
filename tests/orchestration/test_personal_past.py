"""Slice values of earlier marts that turned out to be personal."""

import duckdb
import pytest

from orchestration.publishing.personal_past import forget_personal_past

pytestmark = pytest.mark.fast

TABLE = "kpi_value_versions"


@pytest.fixture
def con():
    con = duckdb.connect()
    con.execute("attach ':memory:' as mart")
    for table in (TABLE, "kpi_values"):
        con.execute(f"create table mart.{table} (kpi text, slice text, slice_value text)")
    remembered = ["", "web", "Ana Ruiz ", "ben@example.com", "f" * 64, "Carla Gil"]
    con.executemany(f"insert into mart.{TABLE} values ('revenue', 'buyer', ?)", [[value] for value in remembered])
    con.execute("insert into mart.kpi_values values ('revenue', 'buyer', 'Carla Gil')")
    return con


def remembered(con: duckdb.DuckDBPyConnection) -> list[str]:
    forget_personal_past(con, (TABLE,))
    return [value for (value,) in con.execute(f"select slice_value from mart.{TABLE} order by rowid").fetchall()]


def test_personal_values_that_are_shown_no_more_are_forgotten_and_others_kept(con):
    con.execute("create temp table personal as select unnest(['ana ruiz', 'carla gil']) as cell")
    assert remembered(con) == ["", "web", "Carla Gil"]


def test_nothing_is_forgotten_where_nobody_has_said_what_is_personal(con):
    assert len(remembered(con)) == 6
