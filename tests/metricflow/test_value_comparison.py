"""The comparison with MetricFlow sees what it must see, and lets pass only what is listed."""

from datetime import date
from typing import Any

import pytest

from tests.metricflow.listed_exceptions import ListedExceptions
from tests.metricflow.value_comparison import Comparison, Key, Values

pytestmark = pytest.mark.fast

MONDAY, TUESDAY, FRIDAY = (date(2024, 1, day) for day in (1, 2, 5))
THEIRS: Values = {(MONDAY, "web"): 3.0, (TUESDAY, "web"): None}


def manifest(kind: str = "simple", spine: bool = True) -> dict[str, Any]:
    """One metric named orders."""
    params = {"measure": {"name": "orders", "join_to_timespine": spine}}
    return {"metrics": [{"name": "orders", "type": kind, "type_params": params}]}


def excepted(slice_name: str, theirs: Values, ours: Values, key: Key, **of: Any) -> bool:
    return ListedExceptions(manifest(**of)).of_rows("orders", slice_name, theirs, ours)(key)


@pytest.mark.parametrize(
    ("ours", "difference"),
    [
        ({(MONDAY, "web"): 3.0}, "orders 2024-01-02 web: ours no row, MetricFlow's None"),
        ({**THEIRS, (FRIDAY, "web"): 1.0}, "orders 2024-01-05 web: ours 1.0, MetricFlow's no row"),
        ({**THEIRS, (MONDAY, "web"): 3.00000001}, "orders 2024-01-01 web: ours 3.00000001, MetricFlow's 3.0"),
        ({**THEIRS, (TUESDAY, "web"): 0.0}, "orders 2024-01-02 web: ours 0.0, MetricFlow's None"),
    ],
    ids=["a row is missing", "a row is extra", "a value is off by 3e-9", "no value is not 0"],
)
def test_what_differs_is_named(ours: Values, difference: str) -> None:
    comparison = Comparison()
    comparison.compare("orders", THEIRS, ours)
    assert comparison.differences == [difference]


def test_rows_and_values_are_counted_without_the_listed_exceptions() -> None:
    comparison = Comparison()
    comparison.compare("orders", THEIRS, {}, excepted=lambda key: key[0] == MONDAY)
    assert (comparison.rows, comparison.values, comparison.excepted) == (1, 0, 1)
    assert len(comparison.differences) == 1


@pytest.mark.parametrize("theirs", [float("inf"), float("-inf"), float("nan")])
def test_what_metricflow_divides_by_zero_is_no_value_here(theirs: float) -> None:
    comparison = Comparison()
    comparison.compare("rate", {(MONDAY, ""): theirs, (TUESDAY, ""): theirs}, {(MONDAY, ""): None, (TUESDAY, ""): 0.0})
    assert comparison.differences == [f"rate 2024-01-02: ours 0.0, MetricFlow's {theirs}"]


def test_a_slice_may_lack_the_rows_that_only_the_spine_brings() -> None:
    assert excepted("channel", THEIRS, {}, (MONDAY, "(unknown)"))
    assert not excepted("channel", THEIRS, {}, (MONDAY, "(unknown)"), spine=False)
    assert not excepted("channel", THEIRS, {}, (MONDAY, "web"))
    assert not excepted("channel", THEIRS, {(MONDAY, "(unknown)"): 2.0}, (MONDAY, "(unknown)"))
    assert excepted("channel", THEIRS, {(MONDAY, "(unknown)"): 2.0}, (MONDAY, "(unknown)"), kind="cumulative")


def test_a_total_may_lack_only_what_lies_before_or_after_its_facts() -> None:
    theirs = {(day, ""): 0.0 for day in (MONDAY, TUESDAY, FRIDAY)}
    ours = {(TUESDAY, ""): 1.0}
    assert excepted("", theirs, ours, (MONDAY, ""))
    assert not excepted("", theirs, {(MONDAY, ""): 1.0, (FRIDAY, ""): 1.0}, (TUESDAY, ""))
    assert not excepted("", theirs, ours, (MONDAY, ""), spine=False)
    assert not excepted("", theirs, ours, (TUESDAY, ""))


def test_a_row_after_the_spine_counts_here() -> None:
    ours = {(FRIDAY, ""): 1.0}
    assert excepted("", {(MONDAY, ""): 0.0}, ours, (FRIDAY, ""))
    assert not excepted("", {(MONDAY, ""): 0.0}, ours, (FRIDAY, ""), spine=False)
