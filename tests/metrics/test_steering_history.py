"""Definitions and restatements, from two marts made by hand."""

from datetime import date, datetime

import duckdb
import pytest

from metrics.steering.memory.definitions import record_definitions
from metrics.steering.memory.restatements import find_restatements, record_restatements

pytestmark = pytest.mark.fast

FIRST, SECOND, THIRD = (datetime(2026, 3, day) for day in (1, 2, 3))
TABLES = """
create table {0}.kpi_catalog (
    kpi text, version bigint, definition_hash text, grains text, slices text, days text, formula text, formula_sql text,
    has_total boolean
);
create table {0}.kpi_values (
    kpi text, grain text, period_start date, period_end date, slice text, slice_value text, value double,
    is_complete boolean
);
create table {0}.kpi_definitions (
    kpi text, version bigint, hash text, valid_from timestamp, valid_to timestamp, text text
);
create table {0}.kpi_restatements (
    kpi text, grain text, period_start date, slice text, slice_value text, old_value double, new_value double,
    reason text, run_id text, restated_at timestamp
);
"""


class Marts:
    """The mart that is built and the published one; ``publish`` makes the first the second."""

    def __init__(self):
        self.con = duckdb.connect()
        self.con.execute("attach ':memory:' as mart")
        self.con.execute(TABLES.format("mart"))
        self.con.execute("create temp table changed_days (topic text, day date, is_new boolean)")

    def publish(self) -> None:
        self.con.execute("detach database if exists previous")
        self.con.execute("attach ':memory:' as previous")
        self.con.execute("copy from database mart to previous")
        for table in ("kpi_catalog", "kpi_values", "kpi_definitions", "kpi_restatements"):
            self.con.execute(f"delete from mart.{table}")

    def kpi(self, name="revenue", version=1, digest="a", slices="channel, country", grains="day, month", total=True):
        row = [name, version, digest, grains, slices, "fct_orders.ordered_day", f"sum of {name}", f"sum({name})", total]
        self.con.execute("insert into mart.kpi_catalog values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def month(self, month: int, value: float | None, slice_value="", complete=True, kpi="revenue", grain="month"):
        start, end = date(2026, month, 1), date(2026, month, 28)
        row = [kpi, grain, start, end, "channel" if slice_value else "", slice_value, value, complete]
        self.con.execute("insert into mart.kpi_values values (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def changed(self, month: int, is_new: bool, topic="fct_orders.ordered_day") -> None:
        self.con.execute("insert into changed_days values (?, ?, ?)", [topic, date(2026, month, 10), is_new])

    def restate(self, run_id="run2", at=SECOND) -> list[tuple]:
        """What the run restates: month, slice value, old, new, reason."""
        find_restatements(self.con)
        record_restatements(self.con, run_id, at)
        query = (
            "select month(period_start), slice_value, old_value, new_value, reason from mart.kpi_restatements "
            "where run_id = ? order by all"
        )
        return self.con.execute(query, [run_id]).fetchall()

    def definitions(self) -> list[tuple]:
        return self.con.execute("select * from mart.kpi_definitions order by kpi, valid_from").fetchall()


@pytest.fixture
def marts():
    marts = Marts()
    marts.kpi()
    marts.month(1, 10)
    marts.month(1, 6, "web")
    marts.month(1, 4, "shop")
    marts.month(2, 20)
    marts.month(3, 5, complete=False)
    marts.publish()
    return marts


def same_again(marts, **kpi) -> None:
    marts.kpi(**kpi)
    marts.month(1, 10)
    marts.month(1, 6, "web")
    marts.month(1, 4, "shop")


def test_nothing_changed_nothing_is_restated(marts):
    same_again(marts)
    marts.month(2, 20 * (1 + 1e-12))
    marts.month(3, 9, complete=True)
    assert marts.restate() == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([(2, True)], "late_data"),
        ([(2, False)], "correction"),
        ([(2, True), (2, False)], "late_data"),
        ([(1, True), (2, False)], "correction"),
        ([(1, True)], "late_data"),
        ([(1, False)], "correction"),
        ([(1, True), (1, False)], "late_data"),
        ([(3, True)], "correction"),
        ([], "correction"),
    ],
    ids=["new", "changed", "both", "changed after new", "new before", "changed before", "both before", "after", "none"],
)
def test_what_changed_in_the_facts_tells_late_data_from_corrections(marts, changes, reason):
    same_again(marts)
    marts.month(2, 21)
    for change in changes:
        marts.changed(*change)
    marts.changed(2, is_new=True, topic="fct_sessions.session_day")
    assert find_restatements(marts.con) == ["fct_orders.ordered_day"]
    assert marts.restate() == [(2, "", 20.0, 21.0, reason)]


def test_the_last_day_that_changed_before_a_window_tells(marts):
    same_again(marts)
    marts.month(2, 21)
    marts.con.execute("insert into changed_days values ('fct_orders.ordered_day', '2025-12-31', true)")
    marts.changed(1, is_new=False)
    assert marts.restate() == [(2, "", 20.0, 21.0, "correction")]


@pytest.mark.parametrize("changed", [{"version": 2}, {"digest": "b"}], ids=["version", "hash"])
def test_another_definition_is_the_reason_whatever_landed(marts, changed):
    same_again(marts, **changed)
    marts.month(2, 21)
    marts.changed(2, is_new=True)
    assert find_restatements(marts.con) == []
    assert marts.restate() == [(2, "", 20.0, 21.0, "definition_change")]


def test_a_slice_value_that_goes_and_one_that_comes_are_restated(marts):
    marts.kpi()
    marts.month(1, 10)
    marts.month(1, 6, "web")
    marts.month(1, 4, "phone")
    marts.month(2, 20)
    assert marts.restate() == [(1, "phone", None, 4.0, "correction"), (1, "shop", 4.0, None, "correction")]


def test_a_kpi_a_grain_or_a_slice_that_one_mart_lacks_restates_nothing(marts):
    marts.kpi(slices="country", grains="week, month")
    marts.kpi("orders")
    marts.month(1, 10)
    marts.month(2, 20)
    marts.month(1, 3, kpi="orders")
    marts.month(1, 3, grain="week")
    assert marts.restate() == []


def test_open_periods_and_cohorts_that_are_immature_again_are_not_restated(marts):
    same_again(marts, digest="b")
    marts.month(2, 25, complete=False)
    marts.month(3, 50, complete=True)
    assert marts.restate() == []


def test_a_period_that_had_not_been_published_is_not_restated(marts):
    marts.publish()
    marts.kpi()
    marts.month(1, 10)
    assert marts.restate() == []


def test_restatements_are_carried_from_mart_to_mart(marts):
    same_again(marts)
    marts.month(2, 21)
    assert len(marts.restate()) == 1
    marts.publish()
    same_again(marts)
    marts.month(2, 22)
    assert marts.restate("run3", THIRD) == [(2, "", 21.0, 22.0, "correction")]
    query = "select run_id, restated_at, old_value, new_value from mart.kpi_restatements order by 1"
    assert marts.con.execute(query).fetchall() == [("run2", SECOND, 20.0, 21.0), ("run3", THIRD, 21.0, 22.0)]


def test_a_definition_is_valid_until_another_version_or_hash_replaces_it():
    marts = Marts()
    marts.kpi()
    marts.kpi("orders")
    record_definitions(marts.con, FIRST, has_previous=False)
    marts.publish()
    marts.kpi(version=2, digest="b")
    marts.kpi("orders")
    record_definitions(marts.con, SECOND, has_previous=True)
    text = "sum of revenue\nsum(revenue)"
    assert marts.definitions() == [
        ("orders", 1, "a", FIRST, None, "sum of orders\nsum(orders)"),
        ("revenue", 1, "a", FIRST, SECOND, text),
        ("revenue", 2, "b", SECOND, None, text),
    ]


def test_a_kpi_that_goes_and_comes_back_has_a_row_for_each_time():
    marts = Marts()
    marts.kpi()
    record_definitions(marts.con, FIRST, has_previous=False)
    marts.publish()
    record_definitions(marts.con, SECOND, has_previous=True)
    marts.publish()
    marts.kpi()
    record_definitions(marts.con, THIRD, has_previous=True)
    assert [row[3:5] for row in marts.definitions()] == [(FIRST, SECOND), (THIRD, None)]


@pytest.mark.parametrize("was", [True, False])
def test_a_total_that_comes_or_goes_restates_nothing(was):
    marts = Marts()
    for total in (was, not was):
        marts.kpi(total=total)
        marts.month(1, 6, "web")
        if total:
            marts.month(1, 10)
        if total == was:
            marts.publish()
    assert marts.restate() == []
