"""What scorecards say of targets: status, streak, the goal under way and its pace, as they are worked out by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from metrics.calendar import Calendar
from tests.metrics.targets_lab import USUAL, TargetsLab

pytestmark = pytest.mark.fast


def test_the_scorecard_has_the_status_of_its_period():
    lab = TargetsLab()
    lab.kpi("rate", ["each month, value: 100"], {"2026-08": 110, "2026-09": 96, "2026-10": 10})
    lab.kpi("band", ["each month, low: 90, high: 110"], {"2026-09": (100, 3)}, "within", min_sample=30)
    card, band = lab.judge().card("rate"), lab.card("band")
    assert (card["period_start"], card["target"], card["status"]) == (date(2026, 9, 1), 100, "at_risk")
    assert card["attainment"] == pytest.approx(0.96)
    assert (band["target_low"], band["target_high"], band["status_reason"]) == (90, 110, "small_sample")
    assert (band["status"], band["streak"]) == (None, None)


@pytest.mark.parametrize(
    ("values", "streak"),
    [
        ((110,), 1),
        ((90,), -1),
        ((90, 110, 120), 2),
        ((120, 96, 90), -2),  # at risk is not on target
        ((110, (110, 3), 110), 1),  # a period that was not judged ends it
        ((None, 110, 110), 2),
        ((110, 110, (110, 3)), None),
    ],
)
def test_a_streak_counts_the_last_periods_that_were_all_on_target_or_all_not(values, streak):
    lab = TargetsLab()
    months = dict(zip(("2026-07", "2026-08", "2026-09")[-len(values) :], values, strict=True))
    lab.kpi("rate", ["each month, value: 100"], {**months, "2026-10": 1}, min_sample=30)
    assert lab.judge().card("rate")["streak"] == streak


def goal(as_of: datetime, values: dict[str, Any], *targets: str, calendar: Calendar = USUAL, **kpi: Any) -> tuple:
    lab = TargetsLab(calendar, as_of)
    lab.kpi("sales", targets, values, **{"additive": True, **kpi})
    card = lab.judge().card("sales")
    return tuple(card[name] for name in ("goal_grain", "goal_start", "goal_value", "goal_expected", "pace"))


# 310 in August are 10 a day, so that 100 are expected of the ten days before the 11th and 5 of its morning.
def test_pace_is_what_there_is_against_what_is_expected_by_now():
    at = datetime(2026, 8, 11, 12)
    assert goal(at, {"2026-08": 126}, "each month, value: 310") == ("month", date(2026, 8, 1), 126, 105, 1.2)


def test_at_midnight_whole_days_are_over():
    at = datetime(2026, 8, 11)
    assert goal(at, {"2026-08": 80}, "each month, value: 310")[3:] == (pytest.approx(100), pytest.approx(0.8))


def test_the_last_moment_of_a_period_belongs_to_it():
    at = datetime(2026, 10, 1)
    found = goal(at, {"2026-Q3": 460}, "each quarter, value: 920")
    assert found == ("quarter", date(2026, 7, 1), 460, pytest.approx(920), pytest.approx(0.5))


def test_the_longest_promise_under_way_is_the_goal_and_its_own_spread_is_expected():
    targets = ("each day, value: 1", "each month, value: 310", "2026-Q3, value: 920, spread: working_days")
    found = goal(datetime(2026, 8, 1), {"2026-Q3": 230}, *targets)
    assert found[0] == "quarter"
    assert found[3] == pytest.approx(920 * 23 / 66)  # July has 23 of the quarter's 66 working days


def test_a_day_with_25_hours_is_half_over_after_twelve_and_a_half():
    madrid = Calendar("Europe/Madrid", "monday", 1, date(2024, 1, 1), "EUR")
    at = datetime(2026, 10, 25, 10, 30)  # 22:00 UTC is midnight there
    found = goal(at, {"2026-10": 1}, "each month, value: 310", calendar=madrid)
    assert found[3] == pytest.approx(245)


def test_where_clocks_skip_midnight_the_last_moment_is_still_of_the_day_before():
    santiago = Calendar("America/Santiago", "monday", 1, date(2024, 1, 1), "CLP")
    at = datetime(2026, 9, 6, 4)  # clocks go from midnight to one o'clock of September 6th
    found = goal(at, {"2026-09-05": 5}, "each day, value: 10", calendar=santiago)
    assert found == ("day", date(2026, 9, 5), 5, 10, 0.5)


def test_a_rate_has_a_goal_and_no_pace():
    found = goal(datetime(2026, 8, 11), {"2026-Q3": 0.4}, "each quarter, value: 0.5", additive=False)
    assert found == ("quarter", date(2026, 7, 1), 0.4, None, None)


def test_nothing_is_expected_while_no_working_day_is_over():
    at = datetime(2026, 8, 3)
    assert goal(at, {"2026-08": 9}, "each month, value: 210, spread: working_days")[3:] == (0, None)


def test_without_a_promise_under_way_there_is_no_goal():
    assert goal(datetime(2026, 8, 11), {"2026-07": 9}, "2026-07, value: 10") == (None, None, None, None, None)
