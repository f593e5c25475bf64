"""What holds for every target: spreading loses nothing of a promise, and a better value is judged no worse."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from metrics.calendar import WEEK_DAYS, Calendar
from metrics.periods import named_period, period_of
from metrics.steering.targets.trend import line_through, within
from tests.metrics.targets_lab import TargetsLab

pytestmark = pytest.mark.fast

PERIODS = ("2026-W33", "2026-08", "2026-Q2", "2026")
SPREADS = ("flat", "working_days", "last_year")
STATUSES = ("off_target", "at_risk", "on_target")
CALENDARS = some.builds(
    Calendar, some.just("UTC"), some.sampled_from(WEEK_DAYS), some.integers(1, 10), some.just(date(2024, 1, 1)),
    some.just("EUR"), some.frozensets(some.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=9),
)  # fmt: skip


def numbers(least: float, most: float) -> some.SearchStrategy[float]:
    """Numbers as people write them: with three decimals and no exponent, which YAML takes for text."""
    return some.integers(round(least * 1000), round(most * 1000)).map(lambda number: number / 1000)


AMOUNTS = numbers(-1e9, 1e9).filter(bool)


def digits(number: float) -> str:
    """A number as YAML reads it: without an exponent, which it takes for text where there is no point (1e-05)."""
    return format(Decimal(number), "f")


@settings(max_examples=20, deadline=None)
@given(
    calendar=CALENDARS,
    period=some.sampled_from(PERIODS),
    spread=some.sampled_from(SPREADS),
    amount=AMOUNTS,
    shape=some.randoms(use_true_random=False),
)
def test_the_days_of_a_promise_come_to_the_promise(calendar, period, spread, amount, shape):
    lab = TargetsLab(calendar)
    promised = named_period(period, calendar)
    last_year = promised.start - timedelta(days=364)
    values = {str(last_year + timedelta(days=n)): shape.randint(0, 1000) for n in range(promised.days())}
    lab.kpi("sales", [f"{period}, value: {digits(amount)}, spread: {spread}"], values, additive=True)
    lab.judge()
    days = lab.targets("sales", "day")
    assert [day for day, _ in days] == [promised.start + timedelta(days=n) for n in range(promised.days())]
    assert sum(target for _, target in days) == pytest.approx(amount, rel=1e-9)
    for grain in ("week", "month", "quarter"):
        for start, target in lab.targets("sales", grain):
            inside = period_of(start, grain, calendar)
            assert target == pytest.approx(
                sum(value for day, value in days if inside.start <= day < inside.end), rel=1e-9, abs=abs(amount) * 1e-9
            )


@settings(max_examples=20, deadline=None)
@given(
    direction=some.sampled_from(["increase", "decrease", "at_least", "at_most", "within"]),
    target=numbers(-1e6, 1e6),
    baseline=numbers(-1e6, 1e6),
    at_risk=numbers(0.01, 1),
    values=some.lists(numbers(-2e6, 2e6), min_size=2, max_size=28),
)
def test_a_better_value_has_no_worse_status(direction, target, baseline, at_risk, values):
    band = f"low: {digits(target - 1)}, high: {digits(target + 1)}"
    promise = band if direction == "within" else f"value: {digits(target)}"
    distance = {"increase": 1, "at_least": 1, "decrease": -1, "at_most": -1}
    lab = TargetsLab()
    days = {f"2026-08-{n + 1:02}": value for n, value in enumerate(values)}
    lab.kpi("rate", [f"each day, {promise}, baseline: {digits(baseline)}, at_risk: {digits(at_risk)}"], days, direction)
    lab.judge()
    judged = [(value, STATUSES.index(lab.value("rate", day)["status"])) for day, value in days.items()]
    if direction == "within":  # of those above the band and of those below, the nearer is the better
        sides = [[(-abs(v - target), s) for v, s in judged if side * (v - target) >= 0] for side in (1, -1)]
    else:
        sides = [[(distance[direction] * value, status) for value, status in judged]]
    for side in sides:
        assert all(worse[1] <= better[1] for worse, better in pairwise(sorted(side)))


# The two-sided 90 % and 99 % points of Student's t: E. S. Pearson, H. O. Hartley, Biometrika Tables for Statisticians
# (1966), table 12.
@pytest.mark.parametrize(
    ("degrees", "ninety", "ninety_nine"), [(1, 6.314, 63.657), (2, 2.920, 9.925), (5, 2.015, 4.032), (6, 1.943, 3.707)]
)
def test_student_t_is_as_tabulated(degrees, ninety, ninety_nine):
    assert (within(ninety, degrees), within(-ninety_nine, degrees)) == pytest.approx((0.90, 0.99), abs=1e-4)


# Values 1, 3, 2, 5 over periods 1 to 4: slope 5.5/5 = 1.1, rest 8.75 − 1.1 × 5.5 = 2.7, so t = 1.1/√(2.7/2/5) = 2.117;
# with two degrees of freedom P(|T| ≤ t) = t/√(2 + t²) = 0.8315.
def test_a_line_has_its_slope_and_how_sure_it_is():
    line = line_through([(1, 1), (2, 3), (3, 2), (4, 5)])
    assert line is not None
    assert (line.slope, line.confidence) == pytest.approx((1.1, 0.83152), abs=1e-5)
    assert line.direction == "flat"


@pytest.mark.parametrize(
    ("values", "direction"),
    [((1, 2, 3, 4), "up"), ((9, 7, 5, 3, 1), "down"), ((0.1, 0.1, 0.1, 0.1), "flat"), ((0, 0, 0, 0), "flat")],
)
def test_a_line_without_a_rest_is_sure(values, direction):
    line = line_through(list(enumerate(values)))
    assert line is not None
    assert line.direction == direction


def test_a_month_in_which_data_began_midway_is_no_part_of_a_trend():
    months = {"2026-05": 10, "2026-06": 100, "2026-07": 101, "2026-08": 100, "2026-09": 101}
    lab = TargetsLab()
    lab.kpi("sold", ["each month, value: 1"], {"2026-05-29": 5, **months}, additive=True)
    card = lab.judge().card("sold")
    assert (card["trend"], card["trend_slope"]) == ("flat", pytest.approx(0.2))


def test_three_points_are_no_trend():
    assert line_through([(1, 1), (2, 2), (3, 3)]) is None


def test_a_trend_is_of_the_last_eight_values_and_a_month_without_one_still_passes():
    months = {f"2025-{n:02}": 99.0 for n in range(1, 7)} | {f"2026-{n:02}": 3.0 * n for n in range(1, 10)}
    lab = TargetsLab()
    lab.kpi("rising", ["each month, value: 1"], {**months, "2026-05": None, "2026-10": -99})
    lab.kpi("new", ["each month, value: 1"], {"2026-08": 1, "2026-09": 2})
    card, new = lab.judge().card("rising"), lab.card("new")
    assert (card["trend"], card["trend_slope"]) == ("up", pytest.approx(3))
    assert (new["trend"], new["trend_slope"]) == (None, None)
