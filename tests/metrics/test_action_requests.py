"""What asks for a plan or for a new target, on marts made by hand; every expectation is reasoned there."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.metrics.actions_lab import PLAN, Desk

pytestmark = pytest.mark.fast


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
