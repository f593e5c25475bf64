"""What the mart says of periods ahead: which periods, from what, with which chances, and when it is said anew."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice
from typing import Any

import numpy as np
import pytest

from metrics.calendar import GRAINS, Calendar, Grain
from metrics.steering.forecasts.periods import Periods
from tests.metrics.forecasts_lab import AS_OF, ForecastsLab, each_day

pytestmark = pytest.mark.fast

JUNE, JULY, OCTOBER = date(2026, 6, 1), date(2026, 7, 1), date(2026, 10, 1)
TARGET = 100.0


def noisy(number: int, mean: float = 100, spread: float = 5, seed: int = 1) -> list[float]:
    return np.random.default_rng(seed).normal(mean, spread, number).round(3).tolist()


def starts(lab: ForecastsLab, grain: str) -> list[date]:
    return [start for (start,) in lab.forecasts("period_start", grain=grain)]


def test_the_next_six_months_are_forecast_with_what_they_rest_on() -> None:
    lab = ForecastsLab().kpi().values(noisy(30)).foresee()
    rows = lab.forecasts("period_start, period_end, method, known_to, forecast between lower and upper")
    assert [row[0].month for row in rows] == [7, 8, 9, 10, 11, 12]
    assert {row[2:] for row in rows} == {("log ets(A,N,N)", date(2026, 6, 30), True)}
    assert rows[-1][1] == date(2026, 12, 31)


def test_days_weeks_and_promised_quarters_are_forecast_as_far_as_it_helps() -> None:
    days = dict(zip(each_day(date(2025, 1, 1), 546), noisy(546), strict=True))
    lab = ForecastsLab().kpi(review_grain="day").days(days)
    lab.target(OCTOBER, 9000, grain="quarter").target(date(2026, 7, 6), 700, grain="week").foresee()
    assert [(starts(lab, grain)[0], len(starts(lab, grain))) for grain in ("day", "week", "quarter")] == [
        (JULY, 28),
        (date(2026, 6, 29), 13),
        (JULY, 2),
    ]
    assert starts(lab, "month") == []


def test_only_active_kpis_with_history_are_forecast() -> None:
    lab = ForecastsLab().kpi().kpi("draft", lifecycle="draft").kpi("tracked", kind="metric").kpi("young")
    for name in ("sales", "draft", "tracked"):
        lab.values(noisy(30), name)
    lab.values([1, 2, 3], "young").foresee()
    assert {name for (name,) in lab.forecasts("kpi")} == {"sales"}


def test_a_chance_is_the_share_of_futures_that_reach_the_target_and_needs_one() -> None:
    lab = ForecastsLab().kpi().kpi("costs", direction="decrease").kpi("level", direction="within")
    for name in ("sales", "costs", "level"):
        lab.values(noisy(36), name).target(date(2026, 8, 1), 1000, name)
    lab.target(JULY, TARGET).target(JULY, TARGET, "costs").target(JULY, None, "level", low=0, high=1000).foresee()
    chances = {
        name: [chance for (chance,) in lab.forecasts("probability_on_target", kpi=name)][:3]
        for name in ("sales", "costs")
    }
    assert chances["sales"][0] == pytest.approx(0.5, abs=0.15)
    assert chances["sales"][1:] == [0, None]
    assert chances["costs"][0] == pytest.approx(0.5, abs=0.15)
    assert chances["costs"][1:] == [1, None]
    assert lab.forecasts("probability_on_target, target, target_high", kpi="level")[0] == (1, None, 1000)


def test_the_same_numbers_give_the_same_forecast() -> None:
    twice = [ForecastsLab().kpi().values(noisy(30)).foresee().forecasts() for _ in range(2)]
    assert twice[0] == twice[1]
    assert ForecastsLab().kpi("other").values(noisy(30), "other").foresee().forecasts("lower") != [
        (row[5],) for row in twice[0]
    ]


def test_what_was_never_negative_stays_so_and_a_share_stays_below_one() -> None:
    lab = ForecastsLab().kpi(unit="count").kpi("share", unit="percent")
    lab.values([0, 3, 0, 1, 8, 0, 2, 0, 0, 5, 1, 0, 0, 2])
    days = each_day(date(2026, 1, 1), 181)
    lab.days({day: (95 + number % 6, 100) for number, day in enumerate(days)}, "share").foresee()
    lows = [low for (low,) in lab.forecasts("lower", kpi="sales")]
    assert min(lows) == 0
    shares = lab.forecasts("lower, upper", kpi="share")
    assert len(shares) == 6
    assert all(0 <= low <= high <= 1 for low, high in shares)


def test_a_sum_is_what_is_known_and_what_is_to_come() -> None:
    """Ten a day of a month that is half over, and 20 a day in the half that is known."""
    days: dict[date, Any] = dict.fromkeys(each_day(date(2025, 7, 1), 350), 10)
    days |= dict.fromkeys(each_day(date(2026, 6, 1), 15), 20)
    lab = ForecastsLab().kpi(review_grain="month", unit="count")
    lab.days(days).target(date(2026, 4, 1), 3000, grain="quarter")
    lab.con.execute("update mart.kpi_values set is_complete = is_complete and period_end < '2026-06-16'")
    lab.foresee(datetime(2026, 6, 16))
    ((month, method),) = lab.forecasts("forecast, method", grain="month", period_start=date(2026, 6, 1))
    ((quarter,),) = lab.forecasts("forecast", grain="quarter", period_start=date(2026, 4, 1))
    assert month >= 15 * 20
    assert method.endswith("by day")
    assert quarter == pytest.approx(300 + 310 + month)


def test_a_ratio_weighs_what_is_to_come_by_usual_denominators() -> None:
    """April and May had 10 of 100 and 300 of 600; June is as the months before: a half of (100 + 600 + 500) ÷ 3."""
    months = [(50, 100), (250, 500)] * 6 + [(250, 500), (10, 100), (300, 600)]
    lab = ForecastsLab().kpi(unit="percent")
    firsts = [date(2025 + (2 + place) // 12, (2 + place) % 12 + 1, 1) for place in range(len(months))]
    lab.days(dict(zip(firsts, months, strict=True))).target(date(2026, 4, 1), 0.5, grain="quarter")
    lab.con.execute("delete from mart.kpi_values where grain in ('day', 'week')")
    lab.con.execute("update mart.kpi_values set is_complete = false where period_end >= '2026-06-01'")
    lab.foresee(datetime(2026, 6, 1))
    ((june,),) = lab.forecasts("forecast", grain="month", period_start=date(2026, 6, 1))
    ((quarter,),) = lab.forecasts("forecast", grain="quarter", period_start=date(2026, 4, 1))
    assert quarter == pytest.approx((10 + 300 + june * 400) / (100 + 600 + 400))


def test_what_does_not_add_up_is_forecast_as_a_series_of_its_own() -> None:
    lab = (
        ForecastsLab()
        .kpi(unit="count")
        .values(noisy(30))
        .values([250, 240, 260, 255, 251, 249, 262, 247], grain="quarter")
    )
    lab.target(JULY, 250, grain="quarter").foresee()
    assert lab.forecasts("method", grain="quarter")[0] == ("log seasonal_naive",)


def test_a_first_week_that_was_cut_off_is_no_history() -> None:
    days = dict.fromkeys(each_day(date(2026, 2, 5), 144), 10)
    lab = ForecastsLab().kpi(review_grain="week").days(days)
    lab.con.execute("update mart.kpi_values set is_complete = false where period_end >= '2026-06-29'")
    lab.foresee(datetime(2026, 6, 29))
    assert set(lab.forecasts("round(lower, 9), round(upper, 9)", grain="week")) == {(70, 70)}


def test_a_period_that_is_over_but_has_not_matured_is_forecast() -> None:
    days = dict(zip(each_day(date(2025, 1, 1), 546), noisy(546), strict=True))
    lab = ForecastsLab().kpi(matures_after_days=30).days(days, matures=30).foresee()
    assert starts(lab, "month")[0] == date(2026, 6, 1)
    assert {known_to for (known_to,) in lab.forecasts("known_to")} == {date(2026, 5, 31)}


def test_nothing_is_sold_on_the_day_on_which_the_shop_is_always_closed() -> None:
    days = each_day(date(2025, 7, 1), 365)
    sold = np.linspace(100, 300, 365) + np.random.default_rng(3).normal(0, 5, 365)
    numbers = {day: 0.0 if day.isoweekday() == 6 else float(one) for day, one in zip(days, sold, strict=True)}
    lab = ForecastsLab().kpi(review_grain="day").days(numbers).foresee()
    rows = lab.forecasts("isodow(period_start) = 6, lower, upper", grain="day")
    on_saturdays = [(low, high) for is_saturday, low, high in rows if is_saturday]
    on_others = [(low, high) for is_saturday, low, high in rows if not is_saturday]
    assert on_saturdays == [(0, 0)] * 4
    assert len(on_others) == 24
    assert all(280 < low < high < 330 for low, high in on_others)


def test_days_on_which_something_seldom_happens_are_not_closed() -> None:
    days = each_day(date(2025, 7, 1), 365)
    numbers = {day: float(place % 35 == 0) for place, day in enumerate(days)}
    lab = ForecastsLab().kpi(review_grain="day", unit="count").days(numbers).foresee()
    assert len(set(lab.forecasts("upper", grain="day"))) > 7


def test_a_value_that_lacks_data_tells_of_no_other() -> None:
    def width(has_gap: bool) -> float:
        lab = ForecastsLab().kpi().values([*noisy(20), 5, *noisy(9)])
        lab.con.execute(
            "create temp table gaps (kpi text, topic text, first_day date, last_day date, rows int, expected int)"
        )
        if has_gap:
            lab.con.execute("insert into gaps values ('sales', 'orders', '2025-09-03', '2025-09-28', 0, 900)")
        return lab.foresee().forecasts("upper - lower", period_start=JULY)[0][0]

    assert width(has_gap=True) < 30 < width(has_gap=False)


def test_gaps_are_bridged_and_too_many_of_them_are_no_history() -> None:
    lab = ForecastsLab().kpi().values(noisy(24)).kpi("rare").values(noisy(24), "rare")
    lab.con.execute("delete from mart.kpi_values where kpi = 'sales' and period_start = '2025-11-01'")
    lab.con.execute("delete from mart.kpi_values where kpi = 'rare' and month(period_start) % 2 = 0")
    lab.foresee()
    assert {name for (name,) in lab.forecasts("kpi")} == {"sales"}


def test_a_goal_under_way_has_its_forecast_on_the_scorecard_and_one_that_is_over_its_value() -> None:
    lab = ForecastsLab().kpi().kpi("over").values(noisy(30)).values([*noisy(29), 120], "over")
    lab.target(JULY, TARGET).target(JUNE, 110, "over").goal(JULY).goal(JUNE, "over", status="on_target").foresee()
    (expected,) = lab.forecasts("forecast, lower, upper, probability_on_target", kpi="sales", period_start=JULY)
    assert lab.card()[:4] == expected
    assert lab.card("over")[:4] == (120, 120, 120, 1)


@pytest.mark.parametrize(("status", "chance"), [("on_target", 1), ("at_risk", 0), ("off_target", 0), (None, None)])
def test_whether_a_goal_that_is_over_was_reached_is_what_its_status_says(status: str | None, chance: float) -> None:
    lab = ForecastsLab().kpi().values([*noisy(29), 120]).target(JUNE, 110).goal(JUNE, status=status).foresee()
    assert lab.card()[:4] == (120, 120, 120, chance)


def test_what_follows_from_the_same_numbers_is_taken_from_the_mart_before() -> None:
    lab = ForecastsLab().kpi().kpi("other").values(noisy(30)).values(noisy(30, seed=2), "other")
    lab.target(JULY, TARGET).target(JULY, TARGET, "other").goal(JULY).foresee()
    fresh, judged, card = lab.forecasts(), lab.judged(JULY), lab.card()
    again = lab.publish().foresee()
    assert (again.forecasts(), again.judged(JULY), again.card()) == (fresh, judged, card)

    lab.con.execute("update mart.kpi_forecasts set method = 'seen before'")
    lab.con.execute("update mart.kpi_targets set attainability_method = 'seen before'")
    lab.publish()
    lab.con.execute("update mart.kpi_values set value = value * (1 + 1e-14) where kpi = 'sales'")
    lab.con.execute("update mart.kpi_values set value = value + 1 where kpi = 'other' and period_start = '2026-06-01'")
    lab.foresee()
    assert lab.forecasts("distinct method", kpi="sales") == [("seen before",)]
    assert lab.forecasts("distinct method", kpi="other") == [("log ets(A,N,N)",)]
    assert [lab.judged(JULY, name)[2] for name in ("sales", "other")] == ["seen before", "log ets(A,N,N)"]


def test_another_target_is_another_forecast() -> None:
    lab = ForecastsLab().kpi().values(noisy(30)).target(JULY, TARGET).foresee().publish()
    lab.con.execute("update mart.kpi_targets set value = 1")
    lab.foresee()
    assert lab.forecasts("target, probability_on_target", period_start=JULY) == [(1, 1)]


def test_a_mart_before_that_knows_no_hashes_is_no_obstacle() -> None:
    lab = ForecastsLab().kpi().values(noisy(30)).foresee()
    fresh = lab.forecasts()
    lab.publish().con.execute("detach previous")
    lab.con.execute("attach ':memory:' as previous")
    lab.con.execute("create table previous.kpi_forecasts (kpi varchar)")
    assert lab.foresee(AS_OF).forecasts() == fresh


@pytest.mark.parametrize("grain", GRAINS)
def test_places_of_periods_grow_by_one_whenever_weeks_and_years_begin(grain: Grain) -> None:
    periods = Periods(Calendar("UTC", "sunday", 4, date(2023, 4, 1), "GBP"))
    starts = list(islice(periods.onwards(grain, date(2023, 12, 30)), 40))
    places = [periods.place(grain, start) for start in starts]
    assert places == list(range(places[0], places[0] + 40))
    assert [periods.place(grain, periods.end(grain, start)) for start in starts] == places
    assert periods.ahead(grain, starts[20], -7) == starts[13]
    assert periods.ahead(grain, starts[20], 7) == starts[27]


@pytest.mark.parametrize("direction", ["at_least", "at_most", "within"])
def test_a_target_that_differs_by_rounding_only_is_reached(direction: str) -> None:
    sums = [0.1 + 0.2] * 12
    off = -1e-15 if direction == "at_most" else 1e-15
    bounds = {"low": 0.3 + 1e-15, "high": 1.0} if direction == "within" else {}
    lab = ForecastsLab().kpi(direction=direction, unit="ratio").values(sums)
    lab.target(JULY, None if bounds else sum(sums) / 12 + off, **bounds).foresee()
    assert lab.forecasts("probability_on_target", period_start=JULY) == [(1.0,)]


def test_a_rate_is_not_forecast_for_weekdays_on_which_it_never_has_a_value() -> None:
    first, noise = date(2025, 1, 4), np.random.default_rng(3)  # a Saturday, the last with a value
    worked = [day for day in each_day(first, 543) if day.weekday() < 5]
    days = {first: (0.0, 20.0)} | {day: (float(noise.integers(8, 13)), 20.0) for day in worked}
    lab = ForecastsLab().kpi("rate", unit="percent", review_grain="day").days(days, "rate")
    lab.target(date(2026, 6, 1), 0.5, "rate").foresee(datetime(2026, 7, 1))
    forecasts = lab.forecasts("period_start, forecast", grain="day")
    assert len(forecasts) == 20
    assert all(start.weekday() < 5 and 0.4 < value < 0.65 for start, value in forecasts)
    months = [value for (value,) in lab.forecasts("forecast", grain="month")]
    assert len(months) == 6
    assert all(0.48 < value < 0.58 for value in months)
