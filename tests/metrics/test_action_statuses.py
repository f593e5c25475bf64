"""Where plans stand, on marts made by hand; every expectation is reasoned there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.metrics.actions_lab import AS_OF, PLAN, Desk

pytestmark = pytest.mark.fast


def judge(as_of: datetime = AS_OF, **plan: Any) -> dict[str, Any]:
    """The row of one plan for a KPI whose weeks 36 to 39 were all off target."""
    desk = Desk()
    for week in (36, 37, 38, 39):
        desk.value(f"2026-W{week}", "off_target", 320 + week)
    return desk.judge(PLAN | plan, as_of=as_of)["training"]


def test_a_plan_that_keeps_its_days_is_open_and_says_what_comes_next():
    row = judge()
    assert (row["status"], row["is_recovered"], row["steps"], row["steps_done"]) == ("open", False, 2, 1)
    assert (row["next_step"], row["next_step_due"]) == ("Train agents", date(2026, 10, 7))
    assert (row["last_checkin"], row["next_checkin"], row["last_note"]) == (
        date(2026, 9, 23), date(2026, 9, 30), "On our way.",
    )  # fmt: skip
    # the plan's goal is the target of the latest complete week, 39
    assert (row["goal"], row["current"], row["grain"], row["period_start"]) == (300, 359, "week", date(2026, 8, 31))
    assert row["words_en"] == (
        "Due on 15 October 2026; 1 of 2 actions done, next “Train agents” by 7 October 2026; "
        "last check-in on 23 September 2026: “On our way.”"
    )
    assert row["words_es"] == (
        "Vence el 15 de octubre de 2026; 1 de 2 acciones hechas, la siguiente «Train agents» antes de acabar el "
        "7 de octubre de 2026; último seguimiento el 23 de septiembre de 2026: «On our way.»"
    )


def test_what_is_due_today_is_not_overdue_and_is_tomorrow():
    # today is September 30: the plan, an action and (seven days after the 23rd) a check-in are all due today
    actions = [{"what": "Train", "owner": "support@example.com", "due": "2026-09-30"}]
    today = {"due": "2026-09-30", "actions": actions}
    assert judge(**today)["status"] == "open"
    row = judge(as_of=AS_OF + timedelta(seconds=1), **today)  # a second later it is October 1 in Madrid
    assert (row["status"], row["checkin_overdue"]) == ("overdue", True)
    assert row["words_en"].startswith(
        "Overdue: the plan was due on 30 September 2026; overdue: “Train” was due on 30 September 2026; "
        "no check-in since one was due on 30 September 2026; its action is not done"
    )


def test_a_missed_check_in_alone_makes_a_plan_overdue_by_its_own_cadence():
    only_first = PLAN["check_ins"][:1]
    row = judge(check_ins=only_first)  # on the 16th, so the next was due on the 23rd
    assert (row["status"], row["next_checkin"], row["checkin_overdue"]) == ("overdue", date(2026, 9, 23), True)
    assert "no check-in since one was due on 23 September 2026" in row["words_en"]
    assert "falta el seguimiento que tocaba el 23 de septiembre de 2026" in row["words_es"]
    assert judge(check_ins=only_first, check_in_every="2w")["status"] == "open"


def test_the_first_check_in_is_due_a_week_after_the_plan_was_opened():
    assert judge(check_ins=[], opened="2026-09-23")["next_checkin"] == date(2026, 9, 30)


def test_a_late_action_makes_a_plan_overdue_though_the_plan_has_time():
    actions = [{**PLAN["actions"][0], "done": None}, PLAN["actions"][1]]
    row = judge(actions=actions)
    assert (row["status"], row["steps_done"]) == ("overdue", 0)
    assert "overdue: “Write templates” was due on 16 September 2026" in row["words_en"]


def test_nothing_that_a_file_says_of_later_days_counts():
    # judged on September 10: neither the first action nor a check-in has happened, and the plan is not closed
    early = datetime(2026, 9, 10, 12)
    row = judge(as_of=early, closed={"date": "2026-09-25", "outcome": "Fine."})
    assert (row["status"], row["steps_done"], row["last_checkin"], row["closed_on"]) == ("open", 0, None, None)
    assert Desk().judge(PLAN, as_of=datetime(2026, 9, 8, 12)) == {}


def test_a_plan_has_recovered_if_the_latest_week_since_it_began_is_on_target():
    desk = Desk().value("2026-W36", "off_target").value("2026-W38", "off_target").value("2026-W39", "on_target", 290)
    row = desk.judge(PLAN)["training"]
    assert (row["status"], row["is_recovered"], row["current"]) == ("recovered", True, 290)
    assert row["words_en"] == (
        "The goal was reached in the week of 21 to 27 September 2026 (290.0 s); close the plan, or say what is left."
    )
    assert "a meta se alcanzó en la semana del 21 al 27 de septiembre de 2026 (290,0 s)" in row["words_es"]


def test_recovered_and_missed_again_is_open_and_says_so():
    desk = Desk().value("2026-W36", "off_target").value("2026-W38", "on_target", 290).value("2026-W39", "at_risk", 305)
    row = desk.judge(PLAN)["training"]
    assert (row["status"], row["is_recovered"]) == ("open", False)
    assert "the goal was reached in the week of 14 to 20 September 2026 and missed again since" in row["words_en"]


def test_neither_the_missed_period_nor_those_over_before_the_plan_began_recover_it():
    # the monthly plan answers July and was made on September 9: August was over by then, September was not
    plan = PLAN | {"period": "2026-07"}
    desk = Desk().value("2026-07", "on_target").value("2026-08", "on_target")
    assert desk.judge(plan)["training"]["is_recovered"] is False
    assert Desk().value("2026-08", "on_target").value("2026-09", "on_target").judge(plan)["training"]["is_recovered"]


def test_a_period_that_was_not_judged_tells_nothing_of_recovery():
    desk = Desk().value("2026-W38", "on_target", 290).value("2026-W39", None, 400, status_reason="small_sample")
    assert desk.judge(PLAN)["training"]["is_recovered"] is True
    desk = Desk().value("2026-W39", "no_data", None)
    assert desk.judge(PLAN)["training"]["is_recovered"] is False


@pytest.mark.parametrize(
    ("direction", "value", "is_recovered"),
    [("decrease", 290, True), ("at_most", 290.1, False), ("increase", 290, True), ("at_least", 289, False)],
)
def test_a_goal_of_its_own_is_reached_on_the_side_that_the_kpi_should_move_to(direction, value, is_recovered):
    row = Desk(direction=direction).value("2026-W39", "off_target", value).judge(PLAN | {"goal": 290})["training"]
    assert (row["goal"], row["is_recovered"]) == (290, is_recovered)


def test_a_goal_that_is_missed_by_rounding_only_is_reached():
    row = Desk(direction="at_most").value("2026-W39", "off_target", 0.1 + 0.2).judge(PLAN | {"goal": 0.3})["training"]
    assert row["is_recovered"]


def test_a_closed_plan_is_done_with_its_outcome_whatever_was_late():
    closed = {"date": "2026-09-30", "outcome": "Accepted."}
    row = judge(closed=closed, due="2026-09-20", actions=[{**PLAN["actions"][0], "done": None}], check_ins=[])
    assert (row["status"], row["closed_on"], row["outcome"]) == ("done", date(2026, 9, 30), "Accepted.")
    assert (row["next_checkin"], row["checkin_overdue"], row["next_step"]) == (None, False, None)
    assert row["words_en"] == ("Closed on 30 September 2026: “Accepted.”; the goal has not been reached since.")
