"""What was known of every value at each time, from marts made by hand: the last is the random history of many."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.steering.memory.few_persons import find_forgotten, forget
from metrics.steering.memory.value_versions import publication_time, record_versions

pytestmark = pytest.mark.fast

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (datetime(2026, 3, day, 6) for day in (2, 3, 4, 5))
VALUE_KEY = "kpi, grain, period_start, slice, slice_value"
KEY = "kpi text, grain text, period_start date, slice text, slice_value text"
TABLES = f"""
create table {{0}}.kpi_catalog (kpi text, min_persons bigint);
create table {{0}}.kpi_values ({KEY}, value double, is_complete boolean, certified boolean);
create table {{0}}.kpi_value_versions (
    {KEY}, value double, certified boolean, known_from timestamp, known_to timestamp, complete_from timestamp,
    run_id text
);
create table {{0}}.kpi_restatements ({KEY}, run_id text);
"""
KNOWN_AT = """
select kpi, period_start, slice, slice_value, value, certified, coalesce(complete_from <= $at, false) as is_complete
from {}.kpi_value_versions where known_from <= $at and (known_to is null or known_to > $at) order by all
"""
REPEATED = """
from previous.kpi_value_versions as one
inner join previous.kpi_value_versions as other using (kpi, grain, period_start, slice, slice_value)
where
    one.known_from < other.known_from and coalesce(one.known_to, 'infinity') >= other.known_from
    and (one.value, one.certified) is not distinct from (other.value, other.certified)
"""


@dataclass(frozen=True)
class Value:
    """A published value of a month, of the whole or of one channel."""

    value: float | None
    month: int = 1
    channel: str = ""
    certified: bool | None = True
    complete: bool = True
    kpi: str = "revenue"

    @property
    def key(self) -> tuple[str, date, str, str]:
        return self.kpi, date(2026, self.month, 1), "channel" if self.channel else "", self.channel


class Marts:
    """The published mart, and all that were published before."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        self.published = False

    def publish(self, at: datetime, *values: Value, run: str = "run", min_persons: int | None = None) -> datetime:
        """Publish a mart with these values and return since when it is known."""
        self.con.execute("detach database if exists mart")
        self.con.execute("attach ':memory:' as mart")
        self.con.execute(TABLES.format("mart"))
        self.con.execute("insert into mart.kpi_catalog values ('revenue', ?)", [min_persons])
        for value in values:
            row = [value.kpi, "month", *value.key[1:], value.value, value.complete, value.certified]
            self.con.execute("insert into mart.kpi_values values (?, ?, ?, ?, ?, ?, ?, ?)", row)
        if self.published:
            at = publication_time(self.con, at)
            self.con.execute("insert into mart.kpi_restatements from previous.kpi_restatements")
            find_forgotten(self.con)
            forget(self.con, "kpi_restatements")
        record_versions(self.con, run, at, self.published)
        self.con.execute("detach database if exists previous")
        self.con.execute("attach ':memory:' as previous")
        self.con.execute("copy from database mart to previous")
        self.published = True
        return at

    def known(self, at: datetime) -> list[tuple]:
        """What a reader saw: KPI, month, slice, slice value, value, certified, complete."""
        return self.con.execute(KNOWN_AT.format("previous"), {"at": at}).fetchall()

    def rows(self) -> list[tuple]:
        """Every version: value, certified, known from, known to, run."""
        columns = "value, certified, known_from, known_to, run_id"
        query = f"select {columns} from previous.kpi_value_versions order by kpi, slice_value, period_start, known_from"
        return self.con.execute(query).fetchall()


@pytest.fixture
def marts():
    return Marts()


def test_a_value_has_a_new_version_only_when_it_changes(marts):
    marts.publish(MONDAY, Value(10), Value(4, month=2), run="one")
    marts.publish(TUESDAY, Value(10), Value(5, month=2), run="two")
    marts.publish(WEDNESDAY, Value(10), Value(5, month=2), run="three")
    assert marts.rows() == [
        (10, True, MONDAY, None, "one"),
        (4, True, MONDAY, TUESDAY, "one"),
        (5, True, TUESDAY, None, "two"),
    ]


def test_a_certificate_that_is_lost_and_comes_back_begins_a_version_each_time(marts):
    for day, certified in ((MONDAY, None), (TUESDAY, True), (WEDNESDAY, False), (THURSDAY, True)):
        marts.publish(day, Value(10, certified=certified))
    assert [row[1:3] for row in marts.rows()] == [
        (None, MONDAY),
        (True, TUESDAY),
        (False, WEDNESDAY),
        (True, THURSDAY),
    ]


def test_a_value_that_disappears_is_closed_and_begins_again_when_it_is_back(marts):
    marts.publish(MONDAY, Value(10))
    marts.publish(TUESDAY)
    marts.publish(WEDNESDAY)
    marts.publish(THURSDAY, Value(10))
    assert [row[2:4] for row in marts.rows()] == [(MONDAY, TUESDAY), (THURSDAY, None)]
    assert marts.known(TUESDAY) == []


def test_a_value_that_becomes_nothing_is_known_as_nothing(marts):
    marts.publish(MONDAY, Value(10))
    marts.publish(TUESDAY, Value(None))
    marts.publish(WEDNESDAY, Value(None))
    assert [row[0] for row in marts.rows()] == [10, None]


def test_rounding_is_no_change_however_often_it_adds_up_to_less_than_a_change(marts):
    for day in range(10):
        marts.publish(MONDAY + timedelta(days=day), Value(1000 * (1 + day * 4e-10)))
    first, second, third, fourth = marts.rows()
    assert (first[0], first[3]) == (1000, second[2])
    assert [row[2].day - MONDAY.day for row in (second, third, fourth)] == [3, 6, 9]


def test_a_period_that_becomes_complete_is_no_change_but_known_from_then(marts):
    marts.publish(MONDAY, Value(10, complete=False))
    marts.publish(TUESDAY, Value(10))
    marts.publish(WEDNESDAY, Value(10))
    assert len(marts.rows()) == 1
    assert [marts.known(day)[0][-1] for day in (MONDAY, TUESDAY, WEDNESDAY)] == [False, True, True]


def test_a_complete_period_that_is_open_again_begins_a_version(marts):
    marts.publish(MONDAY, Value(10))
    marts.publish(TUESDAY, Value(10, complete=False))
    assert [marts.known(day)[0][-1] for day in (MONDAY, TUESDAY)] == [True, False]


def test_a_clock_that_goes_back_does_not_reorder_what_was_known(marts):
    marts.publish(TUESDAY, Value(1))
    second = marts.publish(MONDAY, Value(2))
    third = marts.publish(MONDAY, Value(3))
    assert TUESDAY < second < third
    assert [marts.known(at)[0][4] for at in (TUESDAY, second, third)] == [1, 2, 3]


def test_a_mart_of_a_version_without_todays_columns_is_carried_over(marts):
    marts.publish(MONDAY, Value(10))
    marts.con.execute("alter table previous.kpi_value_versions drop column complete_from")
    marts.publish(TUESDAY, Value(10))
    assert [row[2:4] for row in marts.rows()] == [(MONDAY, None)]


def few(*channels: str, total: float = 30) -> list[Value]:
    return [Value(total), *(Value(len(channel), channel=channel) for channel in channels)]


def test_a_value_of_few_persons_that_is_left_out_now_has_no_past_either(marts):
    marts.publish(MONDAY, *few("sales", "support", "web"), min_persons=5)
    marts.con.execute(f"insert into previous.kpi_restatements select {VALUE_KEY}, 'run' from previous.kpi_values")
    marts.publish(TUESDAY, *few("sales"), min_persons=5)
    assert {row[3] for row in marts.known(MONDAY)} == {""}
    assert {row[3] for row in marts.known(TUESDAY)} == {"", "sales"}
    assert marts.con.execute("select slice_value from previous.kpi_restatements").fetchall() == [("",)]


def test_a_value_of_few_persons_cannot_be_worked_out_once_its_neighbour_is_shown(marts):
    marts.publish(MONDAY, *few("sales"), Value(3, month=2, channel="sales"), min_persons=5)
    marts.publish(TUESDAY, *few("sales", "web"), Value(3, month=2, channel="sales"), min_persons=5)
    assert [row[1:4] for row in marts.known(MONDAY)] == [
        (date(2026, 1, 1), "", ""),
        (date(2026, 2, 1), "channel", "sales"),
    ]


@pytest.mark.parametrize(("before", "now", "kept"), [(None, 5, 1), (5, 8, 1), (5, 5, 2), (8, 5, 2), (None, None, 2)])
def test_a_stricter_rule_for_persons_forgets_what_a_looser_one_published(marts, before, now, kept):
    marts.publish(MONDAY, *few("sales"), min_persons=before)
    marts.publish(TUESDAY, *few("sales"), min_persons=now)
    assert len(marts.known(MONDAY)) == kept
    assert len(marts.known(TUESDAY)) == 2


def test_a_slice_that_is_not_of_persons_keeps_its_past_when_its_values_come_and_go(marts):
    marts.publish(MONDAY, *few("sales", "web"))
    marts.publish(TUESDAY, *few("sales"))
    assert len(marts.known(MONDAY)) == 3


VALUES = st.builds(
    Value,
    value=st.one_of(st.none(), st.integers(-3, 3).map(float)),
    month=st.integers(1, 2),
    channel=st.sampled_from(["", "web", "store"]),
    certified=st.sampled_from([None, True, False]),
    complete=st.booleans(),
    kpi=st.sampled_from(["revenue", "orders"]),
)
HISTORIES = st.lists(st.lists(VALUES, max_size=8, unique_by=lambda value: value.key), min_size=1, max_size=6)


@settings(max_examples=50, deadline=None)
@given(HISTORIES)
def test_what_was_known_after_each_publication_is_what_it_published(history):
    marts = Marts()
    times = publish_daily(marts, history)
    assert marts.known(MONDAY - timedelta(seconds=1)) == []
    for at, values in zip(times, history, strict=True):
        published = [(*value.key, value.value, value.certified, value.complete) for value in values]
        assert sorted(marts.known(at), key=str) == sorted(published, key=str)


@settings(max_examples=25, deadline=None)
@given(HISTORIES)
def test_versions_that_follow_at_once_differ_in_value_or_certificate(history):
    marts = Marts()
    publish_daily(marts, [[replace(value, complete=True) for value in values] for values in history])
    assert marts.con.execute(REPEATED).fetchall() == []


def publish_daily(marts: Marts, history: list[list[Value]]) -> list[datetime]:
    return [marts.publish(MONDAY + timedelta(days=day), *values) for day, values in enumerate(history)]
