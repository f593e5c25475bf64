"""Targets, attainments and statuses as they are worked out by hand, over directions, grains, spreads and calendars."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from metrics.calendar import Calendar
from tests.metrics.targets_lab import OCTOBER, USUAL, TargetsLab

pytestmark = pytest.mark.fast

FISCAL = Calendar("UTC", "monday", 4, date(2024, 4, 1), "EUR")
SUNDAYS = Calendar("UTC", "sunday", 1, date(2024, 1, 1), "EUR")
CLOSED = Calendar("UTC", "monday", 1, date(2024, 1, 1), "EUR", frozenset({date(2026, 8, 14)}))


@dataclass(frozen=True)
class Case:
    """``at`` a period the value has this target (a number, or low and high), attainment and status.

    Where there is no status, its reason stands in its place; None for both.
    """

    what: str
    direction: str
    targets: tuple[str, ...]
    values: Mapping[str, Any]
    at: str
    target: float | tuple[float, float] | None
    attainment: float | None
    status: str | None
    calendar: Calendar = USUAL
    kpi: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return "_".join(re.findall("[a-z0-9]+", self.what.lower()))


def days(first: str, last: str, value: float, **others: float) -> dict[str, float]:
    """The same value on every day of a span, but for other days (``d2025_08_13=3``)."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    values = {str(begin + timedelta(days=n)): value for n in range((end - begin).days + 1)}
    return values | {day[1:].replace("_", "-"): other for day, other in others.items()}


SUM: dict[str, Any] = {"additive": True}
UP, DOWN, FLOOR, CEILING, BAND = "increase", "decrease", "at_least", "at_most", "within"
HUNDRED, FROM_120 = ("each month, value: 100, baseline: 80",), ("each month, value: 100, baseline: 120",)
TWO_HUNDRED = ("each month, value: 200, at_risk: 0.9",)
TO_ZERO, NEGATIVE = ("each month, value: 0, baseline: 20",), ("each month, value: -10, baseline: -20",)
NINETY_TO_110 = ("each month, low: 90, high: 110",)
MORE, LESS = ("each month, value: +5%, over: previous_year",), ("each month, value: -10%, over: previous_period",)
TWO_QUARTERS = ("2026-Q2, value: 910, baseline: 1", "2026-Q3, value: 1840, baseline: 1")
LIKE_LAST_YEAR = ("each month, value: 330, spread: last_year",)
WORKING = ("each month, value: 210, spread: working_days",)
# 2026-08-01 is a Saturday, and so is 2025-08-02, 364 days before: August takes the shape of these 31 days.
SHAPE = days("2025-08-02", "2025-09-01", 1, d2025_08_13=3)

CASES = [
    # the five directions: target 100, at risk down to 95 % of it
    Case("more than the target", UP, HUNDRED, {"2026-08": 110}, "2026-08", 100, 1.1, "on_target"),
    Case("just the target", UP, HUNDRED, {"2026-08": 100}, "2026-08", 100, 1, "on_target"),
    Case("a little less", UP, HUNDRED, {"2026-08": 96}, "2026-08", 100, 0.96, "at_risk"),
    Case("less by all that is only a risk", UP, HUNDRED, {"2026-08": 95}, "2026-08", 100, 0.95, "at_risk"),
    Case("less by more than that", UP, HUNDRED, {"2026-08": 94.9}, "2026-08", 100, 0.949, "off_target"),
    Case("less is better", DOWN, FROM_120, {"2026-08": 90}, "2026-08", 100, 1.1, "on_target"),
    Case("just down to it", DOWN, FROM_120, {"2026-08": 100}, "2026-08", 100, 1, "on_target"),
    Case("above by all that is only a risk", DOWN, FROM_120, {"2026-08": 105}, "2026-08", 100, 0.95, "at_risk"),
    Case("above by more than that", DOWN, FROM_120, {"2026-08": 105.1}, "2026-08", 100, 0.949, "off_target"),
    Case("a floor of a share", FLOOR, ("each month, value: 0.75",), {"2026-08": 0.7125}, "2026-08", 0.75, 0.95,
         "at_risk"),
    Case("a floor missed by rounding", FLOOR, ("each month, value: 0.9",), {"2026-08": 0.9 - 1e-15}, "2026-08", 0.9,
         1, "on_target"),
    Case("a ceiling missed by rounding", CEILING, ("each month, value: 0.3",), {"2026-08": 0.1 + 0.2}, "2026-08", 0.3,
         1, "on_target"),
    Case("a floor with a risk of its own", FLOOR, TWO_HUNDRED, {"2026-08": 180}, "2026-08", 200, 0.9, "at_risk"),
    Case("a ceiling with a risk of its own", CEILING, TWO_HUNDRED, {"2026-08": 220}, "2026-08", 200, 0.9, "at_risk"),
    Case("above the ceiling", CEILING, TWO_HUNDRED, {"2026-08": 221}, "2026-08", 200, 0.895, "off_target"),
    Case("no risk is taken", FLOOR, ("each month, value: 100, at_risk: 1",), {"2026-08": 99.9}, "2026-08", 100, 0.999,
         "off_target"),
    Case("inside the band", BAND, NINETY_TO_110, {"2026-08": 100}, "2026-08", (90, 110), 1, "on_target"),
    Case("on its lower edge", BAND, NINETY_TO_110, {"2026-08": 90}, "2026-08", (90, 110), 1, "on_target"),
    Case("on its upper edge", BAND, NINETY_TO_110, {"2026-08": 110}, "2026-08", (90, 110), 1, "on_target"),
    Case("a little below it", BAND, NINETY_TO_110, {"2026-08": 85.5}, "2026-08", (90, 110), 0.95, "at_risk"),
    Case("far below it", BAND, NINETY_TO_110, {"2026-08": 81}, "2026-08", (90, 110), 0.9, "off_target"),
    Case("a little above it", BAND, NINETY_TO_110, {"2026-08": 115.5}, "2026-08", (90, 110), 0.95, "at_risk"),
    Case("far above it", BAND, NINETY_TO_110, {"2026-08": 121}, "2026-08", (90, 110), 0.9, "off_target"),
    Case("below a band that begins at 0", BAND, ("each month, low: 0, high: 9, baseline: 20",), {"2026-08": -1},
         "2026-08", (0, 9), None, "at_risk"),
    Case("above a band below 0", BAND, ("each month, low: -10, high: -5",), {"2026-08": -4}, "2026-08", (-10, -5), 0.8,
         "off_target"),
    # a target of 0 has no share: a miss is measured by the way from the baseline, here 5 % of 20
    Case("down to 0", DOWN, TO_ZERO, {"2026-08": 0}, "2026-08", 0, None, "on_target"),
    Case("nearly down to 0", DOWN, TO_ZERO, {"2026-08": 1}, "2026-08", 0, None, "at_risk"),
    Case("not down to 0", DOWN, TO_ZERO, {"2026-08": 1.1}, "2026-08", 0, None, "off_target"),
    Case("one where none is allowed, from nowhere", CEILING, ("each month, value: 0",), {"2026-08": 1}, "2026-08", 0,
         None, "off_target"),
    Case("none where none is allowed", CEILING, ("each month, value: 0",), {"2026-08": 0}, "2026-08", 0, None,
         "on_target"),
    Case("up to 0 from below", UP, ("each month, value: 0, baseline: -40, at_risk: 0.9",), {"2026-08": -4}, "2026-08",
         0, None, "at_risk"),
    # below 0, more is still more
    Case("a smaller loss", UP, NEGATIVE, {"2026-08": -9}, "2026-08", -10, 1.1, "on_target"),
    Case("a slightly greater loss", UP, NEGATIVE, {"2026-08": -10.5}, "2026-08", -10, 0.95, "at_risk"),
    Case("a greater loss", UP, NEGATIVE, {"2026-08": -11}, "2026-08", -10, 0.9, "off_target"),
    Case("further down below 0", DOWN, ("each month, value: -10, baseline: -5",), {"2026-08": -12}, "2026-08", -10,
         1.2, "on_target"),
    # relative to another period
    Case("more than last year by 5%", UP, MORE, {"2025-08": 200, "2026-08": 210}, "2026-08", 210, 1, "on_target"),
    Case("over a loss 5% more is a smaller loss", UP, MORE, {"2025-08": -100, "2026-08": -95}, "2026-08", -95, 1,
         "on_target"),
    Case("under the month before by 10%", DOWN, LESS, {"2026-07": 50, "2026-08": 47.25}, "2026-08", 45, 0.95,
         "at_risk"),
    Case("more than nothing at all by 5%", UP, MORE, {"2025-08": 0, "2026-08": 0}, "2026-08", 0, None, "on_target"),
    Case("nothing to be relative to", UP, MORE, {"2026-08": 210}, "2026-08", None, None, "no_target"),
    Case("relative to a period without a value", UP, MORE, {"2025-08": None, "2026-08": 210}, "2026-08", None, None,
         "no_target"),
    Case("relative to a year that was not whole", UP, ("each year, value: +5%, over: previous_year",),
         {"2024-03": 1, "2024": 10, "2025": 50}, "2025", None, None, "no_target"),
    Case("relative to a day of the same weekday", UP, ("each day, value: +5%, over: previous_year",),
         {"2025-08-12": 1, "2025-08-13": 40, "2026-08-12": 42}, "2026-08-12", 42, 1, "on_target"),
    Case("relative to the same week of last year", UP, ("each week, value: +5%, over: previous_year",),
         {"2025-W33": 40, "2026-W33": 39.9}, "2026-W33", 42, 0.95, "at_risk"),
    Case("relative to the quarter before", UP, ("each quarter, value: +5%, over: previous_period",),
         {"2026-Q2": 40, "2026-Q3": 42}, "2026-Q3", 42, 1, "on_target"),
    Case("relative to the year before", UP, ("each year, value: +5%, over: previous_year",),
         {"2024-01": 1, "2024": 40, "2025": 21}, "2025", 42, 0.5, "off_target"),
    # what is not judged, and what is not there
    Case("too few rows", FLOOR, ("each month, value: 100",), {"2026-08": (90, 29)}, "2026-08", 100, 0.9,
         "small_sample", kpi={"min_sample": 30}),
    Case("rows enough", FLOOR, ("each month, value: 100",), {"2026-08": (90, 30)}, "2026-08", 100, 0.9, "off_target",
         kpi={"min_sample": 30}),
    Case("few rows and no target", FLOOR, ("2026-07, value: 100",), {"2026-08": (90, 29)}, "2026-08", None, None,
         "no_target", kpi={"min_sample": 30}),
    Case("a period under way", FLOOR, ("each month, value: 100",), {"2026-10": 60}, "2026-10", 100, 0.6, "open"),
    Case("a period that has to mature", FLOOR, ("each month, value: 100",), {"2026-09": 60}, "2026-09", 100, 0.6,
         "open", kpi={"matures": 30}),
    Case("no value", FLOOR, ("each month, value: 100",), {"2026-08": None}, "2026-08", 100, None, "no_data"),
    Case("no value in a band", BAND, NINETY_TO_110, {"2026-08": None}, "2026-08", (90, 110), None, "no_data"),
    Case("nothing promised for it", FLOOR, ("2026-07, value: 100",), {"2026-08": 1}, "2026-08", None, None,
         "no_target"),
    Case("a named month before each month", FLOOR, ("each month, value: 100", "2026-08, value: 120"),
         {"2026-08": 114}, "2026-08", 120, 0.95, "at_risk"),
    # a rate's target holds unchanged
    Case("a month of a quarter", FLOOR, ("each quarter, value: 0.5",), {"2026-08": 0.5}, "2026-08", 0.5, 1,
         "on_target"),
    Case("a week takes the quarter of its middle day", FLOOR, ("2026-Q2, value: 0.4", "2026-Q3, value: 0.6"),
         {"2026-W27": 0.57}, "2026-W27", 0.6, 0.95, "at_risk"),
    Case("a month with a promise of its own", FLOOR, ("each month, value: 0.3", "each quarter, value: 0.6"),
         {"2026-08": 0.3}, "2026-08", 0.3, 1, "on_target"),
    Case("a day takes the nearest promise", FLOOR, ("each month, value: 0.3", "each quarter, value: 0.6"),
         {"2026-08-12": 0.27}, "2026-08-12", 0.3, 0.9, "off_target"),
    Case("nothing is promised of what is longer", FLOOR, ("each month, value: 0.3",), {"2026-Q3": 0.3}, "2026-Q3",
         None, None, "no_target"),
    Case("a band holds unchanged too", BAND, ("each quarter, low: 0.4, high: 0.6",), {"2026-08-12": 0.5},
         "2026-08-12", (0.4, 0.6), 1, "on_target"),
    # what adds up is spread over the days: 31 in August, 91 in the second quarter, 92 in the third
    Case("a day has its share", FLOOR, ("each month, value: 310",), {"2026-08-12": 9.5}, "2026-08-12", 10, 0.95,
         "at_risk", kpi=SUM),
    Case("a month has 31 of 92 days", FLOOR, ("each quarter, value: 920",), {"2026-08": 310}, "2026-08", 310, 1,
         "on_target", kpi=SUM),
    Case("a week has 7 days", FLOOR, ("each quarter, value: 920",), {"2026-W33": 63}, "2026-W33", 70, 0.9,
         "off_target", kpi=SUM),
    Case("a week over two quarters has days of both", UP, TWO_QUARTERS, {"2026-W27": 120}, "2026-W27", 120, 1,
         "on_target", kpi=SUM),
    Case("a week of which a part is not promised", UP, TWO_QUARTERS[1:], {"2026-W27": 120}, "2026-W27", None, None,
         "no_target", kpi=SUM),
    Case("a share of what is relative", UP, ("each quarter, value: +10%, over: previous_year",),
         {"2025-Q3": 920, "2025-07": 1, "2026-08": 341}, "2026-08", 341, 1, "on_target", kpi=SUM),
    Case("a share of a band", BAND, ("each month, low: 310, high: 620",), {"2026-08-12": 21}, "2026-08-12", (10, 20),
         0.95, "at_risk", kpi=SUM),
    Case("one of 21 working days", FLOOR, WORKING, {"2026-08-12": 10}, "2026-08-12", 10, 1, "on_target", kpi=SUM),
    Case("nothing on a Saturday", FLOOR, WORKING, {"2026-08-15": 0}, "2026-08-15", 0, None, "on_target", kpi=SUM),
    Case("five working days of a week", FLOOR, WORKING, {"2026-W33": 45}, "2026-W33", 50, 0.9, "off_target", kpi=SUM),
    Case("four of the 20 that are not closed", FLOOR, ("each month, value: 200, spread: working_days",),
         {"2026-W33": 40}, "2026-W33", 40, 1, "on_target", CLOSED, SUM),
    Case("a Saturday alone has no working day to give to", FLOOR, ("2026-08-15, value: 7, spread: working_days",),
         {"2026-08-15": 7}, "2026-08-15", 7, 1, "on_target", kpi=SUM),
    Case("a day that was three times as strong", FLOOR, LIKE_LAST_YEAR, SHAPE | {"2026-08-12": 30}, "2026-08-12", 30,
         1, "on_target", kpi=SUM),
    Case("a week with the strong day", FLOOR, LIKE_LAST_YEAR, SHAPE | {"2026-W33": 90}, "2026-W33", 90, 1,
         "on_target", kpi=SUM),
    Case("a day like the others", FLOOR, LIKE_LAST_YEAR, SHAPE | {"2026-08-11": 10}, "2026-08-11", 10, 1, "on_target",
         kpi=SUM),
    Case("last year with a gap has no shape", FLOOR, ("each month, value: 310, spread: last_year",),
         days("2025-08-02", "2025-08-31", 1) | {"2026-08-12": 10}, "2026-08-12", 10, 1, "on_target", kpi=SUM),
    Case("last year below 0 has no shape", FLOOR, ("each month, value: 310, spread: last_year",),
         SHAPE | {"2025-08-20": -1, "2026-08-12": 10}, "2026-08-12", 10, 1, "on_target", kpi=SUM),
    # slices
    Case("a slice with a promise of its own", FLOOR, ("each month, value: 0.8, slice: {channel: sms}",),
         {"2026-08 sms": 0.6}, "2026-08 sms", 0.8, 0.75, "off_target"),
    Case("the total is not its slice", FLOOR, ("each month, value: 0.8, slice: {channel: sms}",), {"2026-08": 0.6},
         "2026-08", None, None, "no_target"),
    Case("a slice of what is promised as a whole", FLOOR, ("each month, value: 0.8",), {"2026-08 sms": 0.6},
         "2026-08 sms", None, None, None),
    Case("a day of a slice's month", FLOOR, ("each month, value: 310, slice: {channel: sms}",),
         {"2026-08-12 sms": 9.5}, "2026-08-12 sms", 10, 0.95, "at_risk", kpi=SUM),
    # other calendars
    Case("a fiscal quarter is named by its year", FLOOR, ("2026-Q1, value: 910",), {"2026-05": 310}, "2026-05", 310,
         1, "on_target", FISCAL, SUM),
    Case("a fiscal year ends in March", FLOOR, ("each year, value: 3650",), {"2026-04-01": 9}, "2026-04-01", 10, 0.9,
         "off_target", FISCAL, SUM),
    Case("relative to the fiscal year before", UP, ("each year, value: +5%, over: previous_year",),
         {"2024": 40, "2025": 42}, "2025", 42, 1, "on_target", FISCAL),
    Case("a week that starts on Sunday", FLOOR, ("2026-Q2, value: 910", "2026-Q3, value: 1840"), {"2026-W27": 110},
         "2026-W27", 110, 1, "on_target", SUNDAYS, SUM),
]  # fmt: skip


def assert_equal(found: Sequence[float | None], expected: Sequence[float | None]) -> None:
    """Numbers that are equal but for the last bits of floats; None only where it is expected."""
    assert [number is None for number in found] == [number is None for number in expected]
    assert [number or 0 for number in found] == pytest.approx([number or 0 for number in expected], rel=1e-9)


@cache
def lab_of(calendar: Calendar) -> TargetsLab:
    """All cases of a calendar, each a KPI of its own in one mart, as of noon on 2026-10-15."""
    lab = TargetsLab(calendar, OCTOBER)
    for case in CASES:
        if case.calendar == calendar:
            lab.kpi(case.name, case.targets, case.values, case.direction, **case.kpi)
    return lab.judge()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_value_has_the_target_attainment_and_status_that_were_worked_out_by_hand(case):
    row = lab_of(case.calendar).value(case.name, case.at)
    expected = (None, *case.target) if isinstance(case.target, tuple) else (case.target, None, None)
    assert_equal((row["target"], row["target_low"], row["target_high"]), expected)
    assert_equal([row["attainment"]], [case.attainment])
    assert (row["status"] or row["status_reason"]) == case.status
    assert row["status"] is None or row["status_reason"] is None


def test_the_cases_cover_what_can_be_promised():
    assert len(CASES) >= 40
    assert {case.direction for case in CASES} == {UP, DOWN, FLOOR, CEILING, BAND}
    assert len({case.name for case in CASES}) == len(CASES)


def test_targets_reach_from_the_first_data_to_the_period_after_the_year_under_way():
    lab = TargetsLab()
    lab.kpi("rate", ["each month, value: 1"], {"2025-03": 1, "2026-08": 1})
    months = [start for start, _ in lab.judge().targets("rate", "month")]
    assert (months[0], months[-1], len(months)) == (date(2025, 3, 1), date(2027, 1, 1), 23)


def test_nothing_is_promised_over_a_period_that_is_not_over():
    lab = TargetsLab()
    lab.kpi("rate", ["each month, value: +5%, over: previous_period"], {"2026-08": 1, "2026-09": 2, "2026-10": 3})
    assert lab.judge().targets("rate", "month") == [(date(2026, 9, 1), 1.05), (date(2026, 10, 1), 2.1)]


def test_a_target_says_what_it_rests_on():
    lab = TargetsLab()
    basis = "basis: {team: 2 agents trained, budget: 4000, time: 10 weeks}, horizon: short, at_risk: 0.9"
    lab.kpi("leads", [f"2026-Q3, value: 920, baseline: 2025-Q3, spread: working_days, {basis}"], {"2025-Q3": 460},
            additive=True)  # fmt: skip
    row = lab.judge().target("leads", "2026-Q3")
    assert row is not None
    assert (row["period"], row["baseline"], row["value"], row["at_risk"]) == ("2026-Q3", 460, 920, 0.9)
    assert (row["horizon"], row["basis"]) == ("short", "2 agents trained, 4,000 EUR, 10 weeks")
    assert (row["basis_team"], row["basis_budget"], row["basis_time"]) == ("2 agents trained", 4000, "10 weeks")
    assert (row["promised_grain"], row["spread"]) == ("quarter", None)
    share = lab.target("leads", "2026-08")
    assert share is not None
    assert (share["promised_grain"], share["spread"], share["basis"]) == ("quarter", "working_days", row["basis"])
    assert share["baseline"] == pytest.approx(460 * 21 / 66)  # 23 + 21 + 22 working days


def test_a_target_was_set_when_its_period_began_unless_it_says_otherwise():
    lab = TargetsLab()
    lab.kpi("monthly", ["each month, value: 1"], {"2026-08": 1})
    lab.kpi("weekly", ["each week, value: 1"], {"2026-W27": 1})
    lab.kpi("agreed", ["each quarter, value: 1, set_at: 2026-06-15"], {"2026-Q3": 1})
    lab.judge()
    found = [lab.target(*at) for at in (("monthly", "2026-08"), ("weekly", "2026-W27"), ("agreed", "2026-08"))]
    assert [row and row["set_at"] for row in found] == [date(2026, 8, 1), date(2026, 6, 1), date(2026, 6, 15)]


def test_where_a_rule_has_nothing_to_go_by_a_row_says_that_days_have_the_same_share():
    lab = TargetsLab()
    lab.kpi("with_shape", LIKE_LAST_YEAR, SHAPE, additive=True)
    lab.kpi("without", LIKE_LAST_YEAR, {"2025-08-20": 1}, additive=True)
    lab.judge()
    rows = [lab.target(kpi, "2026-08-12") for kpi in ("with_shape", "without")]
    assert [row and row["spread"] for row in rows] == ["last_year", "flat"]


def test_the_last_day_of_a_year_takes_no_shape_from_its_first():
    begin = date(2025, 1, 1)
    values = {str(begin + timedelta(days=n)): 10.0 for n in range(365)} | {"2025-01-02": 30.0}
    for first_of_this_year in ({}, {"2026-01-01": 500.0}):
        lab = TargetsLab(as_of=datetime(2026, 1, 1, 12) if not first_of_this_year else OCTOBER)
        lab.kpi("sales", ["2026, value: 3690, spread: last_year"], values | first_of_this_year, additive=True)
        lab.judge()
        rows = [lab.target("sales", day) for day in ("2026-01-01", "2026-06-30", "2026-12-31")]
        assert [row and (row["value"], row["spread"]) for row in rows] == [
            (pytest.approx(30), "last_year"), (pytest.approx(10), "last_year"), (pytest.approx(30), "last_year"),
        ]  # fmt: skip


def test_a_slice_that_sold_nothing_on_a_day_of_last_year_has_nothing_to_sell_on_it():
    lab = TargetsLab()
    values = SHAPE | {"2025-08-12 sms": 1, "2025-08-13 sms": 2}
    lab.kpi("sales", ["each month, value: 30, spread: last_year, slice: {channel: sms}"], values, additive=True)
    lab.judge()
    shares = [lab.target("sales", f"2026-08-{day} sms") for day in (10, 11, 12)]
    assert [row and row["value"] for row in shares] == [0, 10, 20]


def test_retired_kpis_and_tracked_metrics_promise_nothing():
    lab = TargetsLab()
    lab.kpi("retired", ["each month, value: 1"], {"2026-08": 1}, lifecycle="retired")
    lab.kpi("draft", ["each month, value: 1"], {"2026-08": 1}, lifecycle="draft")
    lab.judge()
    assert lab.value("retired", "2026-08")["status"] is None
    assert lab.value("draft", "2026-08")["status"] == "on_target"
    assert lab.targets("retired", "month") == []


def test_what_is_not_in_the_catalogue_is_not_spoken_of():
    lab = TargetsLab()
    lab.kpi("written", ["each month, value: 1"], {"2026-08": 1})
    lab.con.execute("delete from mart.kpi_catalog")
    assert lab.judge().targets("written", "month") == []


def test_a_sum_of_a_period_in_which_data_began_midway_is_not_judged_and_its_days_are():
    days = {f"2026-08-{day}": 10.0 for day in range(20, 32)}
    sums = {"2026-W34": 40.0, "2026-W35": 70.0, "2026-08": 120.0, "2026-09": 300.0, "2026": 570.0}
    lab = TargetsLab()
    lab.kpi("sold", ["each month, value: 300", "each year, value: 3600"], days | sums, additive=True)
    lab.judge()
    statuses = {at: lab.value("sold", at)["status"] for at in ("2026-08", "2026-W34")}
    assert statuses == {"2026-08": "no_target", "2026-W34": "no_target"}
    assert {lab.value("sold", at)["status"] for at in ("2026-08-20", "2026-W35", "2026-09")} == {"on_target"}
    assert [lab.target("sold", at) for at in ("2026", "2026-08", "2026-W34")] == [None, None, None]
    assert lab.card("sold")["goal_grain"] == "month"


def test_who_names_a_period_in_which_data_began_midway_is_judged_by_it():
    lab = TargetsLab()
    lab.kpi("sold", ["2026-08, value: 100"], {"2026-08-20": 120.0, "2026-08": 120.0}, additive=True)
    assert lab.judge().value("sold", "2026-08")["status"] == "on_target"


def test_a_rate_of_a_period_in_which_data_began_midway_is_judged():
    lab = TargetsLab()
    lab.kpi("rate", ["each month, value: 0.5"], {"2026-08-20": 0.6, "2026-08": 0.6})
    assert lab.judge().value("rate", "2026-08")["status"] == "on_target"
