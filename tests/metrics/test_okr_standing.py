"""Objectives as a whole, and what their owners say week by week."""

from datetime import date, datetime

import pytest
from okr_lab import END_OF_Q3, MID_Q3, OkrLab

pytestmark = pytest.mark.fast

RATE = {"id": "rate", "metric": "rate", "measure": "value", "target": "+10%"}
SALES = {"id": "sales", "metric": "sales", "measure": "total", "target": 100}
TALKS = {"id": "talks", "metric": "talks", "target": {"per": "week", "at_least": 3}}
CALLS = {"id": "calls", "metric": "calls", "measure": "weekly_mean", "target": "+50%"}
GOAL = {"metric": "sales", "measure": "total", "target": "+20%", "period": "each quarter"}


def company() -> OkrLab:
    lab = OkrLab().metric("rate", "percent").values("rate", {"2026-Q2": 0.5, "2026-Q3": 0.52})
    lab.metric("sales", "currency", additive=True).values("sales", {"2026-Q2": 200, "2026-Q3": 80})
    return lab.metric("talks").metric("calls")


def test_an_objective_is_the_mean_of_its_key_results_and_shows_its_own_goal():
    row = company().judge([RATE, SALES], goal=GOAL).only("objectives")
    assert (row["progress"], row["expected_progress"], row["status"]) == pytest.approx((0.6, 1.0, "off_target"))
    assert (row["metric"], row["measure"], row["unit"]) == ("sales", "total", "currency")
    assert (row["baseline"], row["target"], row["current"]) == (200, 240, 80)
    assert row["goal_progress"] == pytest.approx(1 / 3)
    assert (row["key_results"], row["key_results_measured"], row["reason_en"]) == (2, 2, None)
    assert (row["period_start"], row["due"]) == (date(2026, 7, 1), date(2026, 9, 30))


def test_a_key_result_that_cannot_be_measured_is_named_and_left_out_of_the_mean():
    talks = {**TALKS, "label": {"en": "Three talks a week", "es": "Tres charlas por semana"}}
    row = company().judge([SALES, talks]).only("objectives")
    assert (row["progress"], row["status"]) == pytest.approx((0.8, "at_risk"))
    assert (row["key_results"], row["key_results_measured"]) == (2, 1)
    assert row["reason_en"] == "Three talks a week: no value in the week of 6 to 12 July 2026"
    assert row["reason_es"] == "Tres charlas por semana: sin valor en la semana del 6 al 12 de julio de 2026"


def test_an_objective_of_which_nothing_can_be_measured_has_no_data():
    row = company().judge([TALKS], MID_Q3).only("objectives")
    assert (row["progress"], row["status"], row["expected_progress"]) == (None, "no_data", 1.0)


def test_without_key_results_its_own_goal_counts():
    row = company().judge(goal=GOAL).only("objectives")
    assert (row["progress"], row["expected_progress"], row["status"]) == pytest.approx((1 / 3, 1.0, "off_target"))


def test_an_objective_with_neither_has_no_target_and_says_so():
    row = company().judge().only("objectives")
    assert (row["status"], row["progress"], row["period_start"]) == ("no_target", None, None)
    assert row["reason_en"] == "no key results yet: it is the objective that KPIs serve"


def test_what_was_promised_of_every_week_weighs_in_what_is_expected():
    lab = company().weeks("talks", "2026-06-29", [3] * 7)
    row = lab.judge([SALES, TALKS], MID_Q3).only("objectives")
    assert (row["progress"], row["expected_progress"], row["status"]) == pytest.approx((0.9, 0.75, "on_target"))


def said(key_result: str, day: str, confidence: float = 0.5) -> dict[str, object]:
    return {"key_result": key_result, "date": day, "confidence": confidence}


def test_a_check_in_after_the_runs_now_does_not_count():
    days = [said("rate", "2026-08-10", 0.9), said("rate", "2026-08-16", 0.4), said("rate", "2026-08-17", 0.1)]
    lab = company().judge([RATE], MID_Q3, check_ins=days)
    assert [row["id"] for row in lab.all("key_result_checkins")] == ["rate.2026-08-10", "rate.2026-08-16"]
    row = lab.only("key_results")
    assert (row["last_checkin"], row["next_checkin"], row["confidence"]) == (date(2026, 8, 16), date(2026, 8, 23), 0.4)


def test_a_check_in_of_the_day_that_ends_at_the_runs_now_counts():
    lab = company().judge([RATE], END_OF_Q3, check_ins=[said("rate", "2026-09-30"), said("rate", "2026-10-01")])
    assert [row["checked_in_on"] for row in lab.all("key_result_checkins")] == [date(2026, 9, 30)]


@pytest.mark.parametrize(
    ("last", "as_of", "is_overdue"),
    [
        ("2026-08-09", MID_Q3, False),  # due on the 16th, which is not over
        ("2026-08-09", datetime(2026, 8, 16, 22), True),  # now it is
        ("2026-08-08", MID_Q3, True),
        (None, datetime(2026, 7, 8, 12), False),  # the first one is due a week after the quarter began
        (None, datetime(2026, 7, 8, 22), True),
        ("2026-06-30", datetime(2026, 7, 7, 12), False),
    ],
)
def test_a_check_in_is_overdue_once_the_day_on_which_it_is_due_is_over(last, as_of, is_overdue):
    lab = company().judge([RATE], as_of, check_ins=[said("rate", last)] if last else [])
    assert lab.only("key_results")["checkin_overdue"] is is_overdue


def test_a_cadence_of_its_own_and_confidence_of_this_quarter_only():
    rate = {**RATE, "check_in_every": "2w"}
    row = company().judge([rate], datetime(2026, 7, 3), check_ins=[said("rate", "2026-06-29")]).only("key_results")
    assert (row["last_checkin"], row["next_checkin"], row["confidence"]) == (date(2026, 6, 29), date(2026, 7, 13), None)


def test_an_objective_is_as_sure_as_the_newest_check_ins_of_its_key_results():
    days = [said("rate", "2026-08-03", 0.1), said("rate", "2026-08-10", 0.6), said("sales", "2026-08-11", 0.2)]
    assert company().judge([RATE, SALES, TALKS], MID_Q3, check_ins=days).only("objectives")["confidence"] == 0.4


def test_a_check_in_shows_what_was_over_on_its_day_and_nothing_later():
    lab = company().weeks("calls", "2026-03-30", [10] * 14).weeks("calls", "2026-07-06", [12, 14, 18, 99])
    lab.days("sales", "2026-06-30", [50, *[1] * 40])
    days = [
        said("calls", "2026-07-12"),
        said("calls", "2026-07-27"),
        said("sales", "2026-07-11"),
        said("rate", "2026-07-27"),
    ]
    lab.judge([CALLS, SALES, RATE], MID_Q3, check_ins=days)
    early, later, rate, sales = lab.all("key_result_checkins")
    # on Sunday the 12th no week is over; on Monday the 27th three are
    assert (early["baseline"], early["target"], early["current"], early["progress"]) == (10, 15, None, None)
    assert (later["current"], later["progress"]) == pytest.approx((44 / 3, 14 / 15))
    assert (later["expected_progress"], later["status"]) == pytest.approx((26 / 92, "on_target"))
    # ten days of July are over
    assert (sales["current"], sales["progress"], sales["status"]) == (10, 0.1, "at_risk")
    # a rate to date is known of today only
    assert (rate["baseline"], rate["current"], rate["progress"], rate["status"]) == (0.5, None, None, None)
    assert (rate["owner"], rate["comment"], rate["due"]) == ("ana@shop.test", "Going on.", date(2026, 9, 30))


def test_a_check_in_of_the_quarter_before_is_seen_in_that_quarter():
    lab = company().weeks("calls", "2025-12-29", [10] * 14).weeks("calls", "2026-04-06", [15] * 12)
    lab.judge([CALLS], MID_Q3, check_ins=[said("calls", "2026-06-29")])
    row = lab.only("key_result_checkins")
    assert (row["baseline"], row["current"], row["due"]) == (10, 15, date(2026, 6, 30))
    assert row["status"] == "on_target"
