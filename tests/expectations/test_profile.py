"""The profile of a delivery and its comparison with the past."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.columns import Column
from expectations.profile import PAST, ColumnProfile, DeliveryProfile, Profiler, compared, row_columns

pytestmark = pytest.mark.fast

NOW = datetime(2026, 10, 1, 12)
COLUMNS = (
    Column("id", "string"),
    Column("at", "timestamp"),
    Column("kind", "string"),
    Column("amount", "decimal"),
    Column("count", "integer"),
    Column("done", "boolean"),
    Column("email", "string", pii=True),
)
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("at", pa.timestamp("us")),
        ("kind", pa.string()),
        ("amount", pa.decimal128(18, 6)),
        ("count", pa.int64()),
        ("done", pa.bool_()),
        ("email", pa.string()),
    ]
)
ROW = st.tuples(
    st.sampled_from(["a", "b", "c", "d", "e"]),
    st.none() | st.datetimes(datetime(2026, 9, 25), datetime(2026, 10, 2)),
    st.none() | st.sampled_from(["web", "store", ""]),
    st.none() | st.decimals(-1000, 1000, places=2),
    st.none() | st.integers(-(10**9), 10**9),
    st.none() | st.booleans(),
    st.none() | st.just("ana@example.com"),
)


def table(rows: list[tuple]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], SCHEMA)


def profile(*chunks: pa.Table, whole: bool = True) -> DeliveryProfile:
    with Profiler(COLUMNS, "at", ["id"], NOW, whole=whole) as profiler:
        for chunk in chunks:
            profiler.add(chunk)
        return profiler.profile()


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=40), st.lists(st.integers(0, 40), max_size=4))
def test_the_profile_does_not_depend_on_where_chunks_end(rows, cuts):
    whole = table(rows)
    edges = sorted({0, len(rows), *(min(cut, len(rows)) for cut in cuts)})
    parts = profile(*(whole.slice(start, stop - start) for start, stop in pairwise(edges)))
    together = profile(whole)
    assert parts.to_json() | {"columns": {}} == together.to_json() | {"columns": {}}
    for name, column in together.columns.items():
        found = parts.columns[name]
        assert (found.nulls, found.min, found.max, found.median, found.shares) == (
            column.nulls, column.min, column.max, column.median, column.shares
        )  # fmt: skip
        assert found.mean == pytest.approx(column.mean)


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, max_size=20))
def test_a_profile_comes_back_from_json(rows):
    one = profile(table(rows)) if rows else profile()
    assert DeliveryProfile.from_json(json.loads(json.dumps(one.to_json()))) == one


@settings(max_examples=60, deadline=None)
@given(st.lists(st.decimals(-(10**6), 10**6, places=2), min_size=1, max_size=50))
def test_the_median_is_right_to_one_percent(amounts):
    found = profile(table([("a", None, None, amount, None, None, None) for amount in amounts]))
    middle = float(np.sort(np.array([float(amount) for amount in amounts]))[(len(amounts) - 1) // 2])
    assert found.columns["amount"].median == pytest.approx(middle, rel=0.0101, abs=1e-8)


def test_what_a_profile_says():
    day = datetime(2026, 9, 29, 10)
    rows = [
        ("a", day, "web", Decimal(1), 1, True, "ana@example.com"),
        ("a", day, "web", Decimal(1), 1, True, "ana@example.com"),
        ("b", day, "store", None, 3, True, None),
        ("b", day + timedelta(hours=2), "web", Decimal(4), 5, False, None),
        ("c", NOW, None, Decimal(9), 7, None, None),
    ]
    found = profile(table(rows))
    assert (found.rows, found.days, found.rows_per_day) == (5, 2, 4)
    assert (found.oldest, found.newest) == ("2026-09-29 10:00:00", "2026-10-01 12:00:00")
    assert found.hours
    assert (found.hours[10], found.hours[12]) == (0.75, 0.25)
    assert (found.duplicate_keys, found.conflicting_keys) == (2, 1)
    assert found.columns["kind"] == ColumnProfile(0.2, shares={"web": 0.75, "store": 0.25})
    assert found.columns["done"].shares == {"True": 0.75, "False": 0.25}
    assert (found.columns["amount"].min, found.columns["amount"].max, found.columns["amount"].mean) == (1, 9, 3.75)
    assert found.columns["email"] == ColumnProfile(0.6), "personal data leaves no values behind"


def test_a_typical_day_is_not_moved_by_stragglers():
    full = [("x", datetime(2026, 9, 1) + timedelta(days=n // 50), *[None] * 5) for n in range(1000)]
    late = [("x", datetime(2026, 8, 1) + timedelta(days=n), *[None] * 5) for n in range(30)]
    assert profile(table(full)).rows_per_day == profile(table(full + late)).rows_per_day == 50


def test_what_was_added_to_a_file_says_nothing_about_a_day():
    rows = table([("a", datetime(2026, 9, 29), *[None] * 5)])
    added = profile(rows, whole=False)
    assert (added.rows, added.days, added.rows_per_day, added.hours) == (1, 1, None, None)


def test_a_day_that_is_not_over_says_nothing_about_days_and_hours():
    today = profile(table([("a", NOW, *[None] * 5)]))
    assert (today.rows, today.days, today.rows_per_day, today.hours) == (1, 1, None, None)


def test_columns_with_many_values_have_no_shares():
    rows = [("a", None, f"k{n}", None, None, None, None) for n in range(101)]
    assert profile(table(rows[:100])).columns["kind"].shares is not None
    assert profile(table(rows)).columns["kind"].shares is None
    assert profile(table(rows[:60]), table(rows[60:])).columns["kind"].shares is None


def hours(**shares: float) -> tuple[float, ...]:
    return tuple(shares.get(f"h{hour}", 0.0) for hour in range(24))


def delivery(
    rows: int = 100, per_day: float | None = 10, median: float = 5, web: float = 0.5, **more
) -> DeliveryProfile:
    columns = {
        "amount": ColumnProfile(0.1, median=median),
        "kind": ColumnProfile(0.0, shares={"web": web, "store": 1 - web}),
    }
    return DeliveryProfile(rows, 10, per_day, columns=columns, **more)


def test_the_one_row_says_what_changed():
    row = compared(delivery(50, 5, 10, 0.9), [delivery(), delivery(300)])
    assert (row["rows"], row["past"], row["past_rows"], row["rows_ratio"]) == (50, 2, 200, 0.5)
    assert (row["rows_per_day_ratio"], row["amount__median_ratio"], row["amount__nulls_more"]) == (0.5, 2, 0)
    assert row["kind__shift"] == pytest.approx(0.4)


def test_without_a_past_nothing_is_compared():
    row = compared(delivery(), [DeliveryProfile()])
    changes = [name for name in row if name.endswith(("_ratio", "_shift", "_more"))]
    assert {row[name] for name in (*changes, "past_rows")} == {None}
    assert (row["past"], row["rows"], row["amount__nulls"]) == (0, 100, 0.1)


def test_only_the_newest_deliveries_are_the_past():
    past = [delivery(per_day=10)] * PAST + [delivery(per_day=1000)] * 9
    assert compared(delivery(per_day=20), past)["rows_per_day_ratio"] == 2


@pytest.mark.parametrize("turn", [-5, -1, 0, 1, 2, 12])
def test_a_moved_clock_is_seen(turn):
    usual = hours(h8=0.1, h9=0.3, h10=0.4, h15=0.2)
    moved = tuple(usual[(hour - turn) % 24] for hour in range(24))
    past = [delivery(1_000, hours=usual)] * 3
    assert compared(delivery(1_000, hours=moved), past)["hour_shift"] == turn
    assert compared(delivery(1, hours=moved), past)["hour_shift"] == 0, "one row speaks for no turn"
    assert compared(delivery(1_000, hours=moved), past[:2])["hour_shift"] is None


def test_rules_can_name_exactly_the_columns_of_the_row():
    rows = table([("a", datetime(2026, 9, 29), "web", Decimal(1), 1, True, "x")])
    row = compared(profile(rows), [profile(rows)])
    assert set(row_columns(COLUMNS, "at")) <= set(row)
    assert {name for name, value in row.items() if value is not None} <= set(row_columns(COLUMNS, "at"))
