"""What kpi_actions says of plans, misses and deadlines, on marts made by hand; every expectation is reasoned there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from metrics.calendar import Calendar
from metrics.periods import named_period
from metrics.planning import ActionPlan
from metrics.steering.actions import write_actions
from metrics.steering.rows import insert, rows
from tests.metrics.empty_mart import attach_empty_mart

pytestmark = pytest.mark.fast
CALENDAR = Calendar("Europe/Madrid", "monday", 1, date(2025, 1, 1), "EUR")
TABLES = ("kpi_catalog", "kpi_values", "kpi_scorecard", "kpi_targets", "kpi_actions")
# 2026-10-01 00:00 in Madrid: the last moment belongs to Wednesday, September 30, in week 40
AS_OF = datetime(2026, 9, 30, 22)
PLAN: dict[str, Any] = {
    "id": "training", "kpi": "handle_time", "period": "2026-W36", "opened": "2026-09-09",
    "cause": {"kind": "training", "text": "New templates."}, "owner": "support@example.com", "due": "2026-10-15",
    "actions": [
        {"what": "Write templates", "owner": "support@example.com", "due": "2026-09-16", "done": "2026-09-15"},
        {"what": "Train agents", "owner": "support@example.com", "due": "2026-10-07"},
    ],
    "check_ins": [{"date": "2026-09-16", "note": "Templates done."}, {"date": "2026-09-23", "note": "On our way."}],
}  # fmt: skip


class Desk:
    """A help desk with a KPI that should fall, its scorecard, and weeks with the statuses that are given."""

    def __init__(self, **catalogue: Any) -> None:
        self.con = duckdb.connect()
        attach_empty_mart(self.con, TABLES)
        row = {
            "kpi": "handle_time", "kind": "kpi", "lifecycle": "active", "label_en": "Handle time", "unit": "seconds",
            "label_es": "Tiempo de gestión", "direction": "decrease", "owner_team": "Support", "review_grain": "week",
            "owner_email": "support@example.com", **catalogue,
        }  # fmt: skip
        insert(self.con, "mart.kpi_catalog", [row])

    def value(self, period: str, status: str | None, value: float | None = 320, **columns: Any) -> Desk:
        """A complete total of a period, its target 300."""
        span = named_period(period, CALENDAR)
        row = {
            "kpi": "handle_time", "grain": span.grain, "period_start": span.start, "period_end": span.last_day,
            "slice": "", "slice_value": "", "value": value, "target": 300.0, "status": status, "is_complete": True,
            **columns,
        }  # fmt: skip
        insert(self.con, "mart.kpi_values", [row])
        return self

    def card(self, period: str, status: str, streak: int | None = -1, **columns: Any) -> Desk:
        span = named_period(period, CALENDAR)
        row = {
            "kpi": "handle_time", "grain": span.grain, "period_start": span.start, "period_end": span.last_day,
            "value": 320.0, "target": 300.0, "status": status, "streak": streak, **columns,
        }  # fmt: skip
        insert(self.con, "mart.kpi_scorecard", [row])
        return self

    def target(self, period: str, text: str, set_at: date | None = None, **columns: Any) -> Desk:
        span = named_period(period, CALENDAR)
        row = {
            "kpi": "handle_time", "grain": span.grain, "period": text, "period_start": span.start, "slice": "",
            "period_end": span.last_day, "slice_value": "", "value": 300.0, "promised_grain": span.grain,
            "set_at": set_at or span.start, **columns,
        }  # fmt: skip
        insert(self.con, "mart.kpi_targets", [row])
        return self

    def judge(self, *plans: dict[str, Any], as_of: datetime = AS_OF) -> dict[str, dict[str, Any]]:
        """The rows of kpi_actions by id."""
        write_actions(self.con, as_of, CALENDAR, [ActionPlan.model_validate(plan) for plan in plans])
        return {row["id"]: row for row in rows(self.con, "select * from mart.kpi_actions")}

    def scorecard(self) -> tuple | None:
        return self.con.execute("select action_id, action_status from mart.kpi_scorecard").fetchone()


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


def test_a_closed_plan_is_done_with_its_outcome_whatever_was_late():
    closed = {"date": "2026-09-30", "outcome": "Accepted."}
    row = judge(closed=closed, due="2026-09-20", actions=[{**PLAN["actions"][0], "done": None}], check_ins=[])
    assert (row["status"], row["closed_on"], row["outcome"]) == ("done", date(2026, 9, 30), "Accepted.")
    assert (row["next_checkin"], row["checkin_overdue"], row["next_step"]) == (None, False, None)
    assert row["words_en"] == ("Closed on 30 September 2026: “Accepted.”; the goal has not been reached since.")


def test_a_kpi_off_target_without_a_plan_is_asked_for_one_and_told_how_often_it_missed():
    desk = Desk().card("2026-W39", "off_target", streak=-3)
    (row,) = desk.judge().values()
    assert (row["id"], row["status"], row["misses"], row["owner"]) == (
        "asked:handle_time", "asked", 3, "support@example.com",
    )  # fmt: skip
    assert (row["goal"], row["current"], row["period_start"], row["cause_kind"]) == (300, 320, date(2026, 9, 21), None)
    assert row["words_en"] == (
        "320.0 s in the week of 21 to 27 September 2026, off its target of 300.0 s, for the 3rd time "
        "in a row; an action plan is asked of Support."
    )
    assert row["words_es"] == (
        "320,0 s en la semana del 21 al 27 de septiembre de 2026, fuera de su meta de 300,0 s, "
        "por 3.ª vez seguida; se pide un plan de acción a Support."
    )
    assert desk.scorecard() == ("asked:handle_time", "asked")


@pytest.mark.parametrize("status", ["on_target", "at_risk", "no_target", "no_data"])
def test_only_off_target_asks_for_a_plan(status):
    desk = Desk().card("2026-W39", status)
    assert (desk.judge(), desk.scorecard()) == ({}, (None, None))


def test_one_miss_is_not_called_a_row_and_bounds_are_told_as_such():
    desk = Desk().card("2026-W39", "off_target", -1, target=None, target_low=200.0, target_high=300.0)
    (row,) = desk.judge().values()
    assert "off its target of 200.0 s to 300.0 s; an action plan" in row["words_en"]


def test_an_open_plan_answers_a_miss_and_the_newest_of_several_is_on_the_scorecard():
    desk = Desk().card("2026-W39", "off_target").value("2026-W39", "off_target")
    newer = PLAN | {"id": "a_newer", "opened": "2026-09-24", "check_ins": []}
    assert set(desk.judge(PLAN, newer)) == {"training", "a_newer"}
    assert desk.scorecard() == ("a_newer", "open")


def test_an_older_open_plan_wins_over_a_newer_one_that_is_done():
    desk = Desk().card("2026-W39", "off_target")
    done = PLAN | {
        "id": "newer",
        "opened": "2026-09-24",
        "check_ins": [],
        "closed": {"date": "2026-09-29", "outcome": "No."},
    }
    desk.judge(PLAN, done)
    assert desk.scorecard() == ("training", "open")


@pytest.mark.parametrize(("closed", "asked"), [("2026-09-27", True), ("2026-09-28", False)])
def test_a_plan_closed_after_the_missed_week_answered_it_and_one_closed_before_did_not(closed, asked):
    desk = Desk().card("2026-W39", "off_target")  # it ended on September 27
    rows = desk.judge(PLAN | {"closed": {"date": closed, "outcome": "Seen."}})
    assert ("asked:handle_time" in rows) is asked
    assert desk.scorecard() == (("asked:handle_time", "asked") if asked else ("training", "done"))


def test_a_plan_of_a_retired_kpi_asks_to_be_closed():
    row = Desk(lifecycle="retired", successor="effort").judge(PLAN)["training"]
    assert row["status"] == "open"
    assert row["words_en"].endswith("the KPI was retired: its successor is effort; close the plan.")
    assert row["words_es"].endswith("el KPI se retiró: le sucede effort; cierra el plan.")


def quarter_missed(status: str = "off_target") -> Desk:
    """A KPI promised each quarter, whose third quarter ended so and whose fourth has begun to be promised."""
    desk = Desk().value("2026-Q3", status).target("2026-Q3", "each quarter")
    return desk.target("2026-W39", "each week").value("2026-W39", "on_target").card("2026-W39", "on_target", 1)


def test_a_target_missed_at_its_deadline_asks_to_be_reformulated():
    desk = quarter_missed().target("2026-Q4", "each quarter")
    (row,) = desk.judge().values()
    assert (row["id"], row["status"], row["grain"]) == ("reformulate:handle_time", "reformulate", "quarter")
    assert row["words_en"] == (
        "320.0 s from July to September 2026, off the promised target of 300.0 s; "
        "a new target, or the reason, is asked of Support."
    )
    assert row["words_es"] == (
        "320,0 s de julio a septiembre de 2026, fuera de la meta prometida de 300,0 s; "
        "se pide a Support una meta nueva o el motivo."
    )
    assert desk.scorecard() == ("reformulate:handle_time", "reformulate")


@pytest.mark.parametrize("status", ["on_target", "at_risk"])
def test_a_target_that_was_kept_or_nearly_kept_is_left_alone(status):
    assert quarter_missed(status).judge() == {}


def test_a_target_that_is_promised_with_every_review_is_answered_by_a_plan_and_not_reformulated():
    desk = Desk().value("2026-W39", "off_target").target("2026-W39", "each week").card("2026-W39", "off_target")
    assert set(desk.judge()) == {"asked:handle_time"}
    # one for that very week is missed for good
    desk = Desk().value("2026-W39", "off_target").target("2026-W39", "2026-W39").card("2026-W39", "off_target")
    assert set(desk.judge()) == {"asked:handle_time", "reformulate:handle_time"}


def test_a_new_target_or_a_reason_answers_a_missed_deadline():
    assert quarter_missed().target("2026-Q4", "2026-Q4").judge() == {}
    assert quarter_missed().target("2026-Q4", "each quarter", set_at=date(2026, 10, 2)).judge() == {}
    # set long before, as part of a plan for the year: that is not an answer
    assert quarter_missed().target("2026-Q4", "2026-Q4", set_at=date(2026, 1, 1)).judge()
    reason = PLAN | {"id": "reason", "period": "2026-Q3", "check_ins": [], "opened": "2026-09-30"}
    assert set(quarter_missed().judge(reason)) == {"reason"}


def test_a_deadline_is_asked_about_for_a_quarter_and_not_for_ever():
    assert quarter_missed().judge(as_of=datetime(2026, 12, 30, 12))
    assert quarter_missed().judge(as_of=datetime(2026, 12, 31, 12)) == {}


def test_a_quarter_that_is_still_under_way_has_missed_nothing():
    desk = Desk().value("2026-Q3", "off_target", is_complete=False).target("2026-Q3", "each quarter")
    assert desk.judge() == {}
