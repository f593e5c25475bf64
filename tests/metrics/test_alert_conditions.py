"""When an alert begins, lasts and is over, for every condition; and how alerts follow from one run to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from metrics.alerting import Alerting, Route, Rule
from metrics.steering.alerts.alert import Alert
from metrics.steering.alerts.conditions import find
from metrics.steering.alerts.lifecycle import KEPT, follow
from metrics.steering.alerts.standings import Restated, Standing

pytestmark = pytest.mark.fast
NOON = datetime(2026, 3, 10, 12)
DAY = timedelta(days=1)
JANUARY = date(2026, 1, 1)
STANDING = Standing(
    kpi="revenue", department="sales", tier="primary", company_level=True, unit="currency", currency="EUR",
    direction="increase", grain="month", period_start=date(2026, 2, 1), period_end=date(2026, 2, 28), value=90.0,
    target=100.0, target_low=None, target_high=None, status="off_target", streak=-1, goal_grain="quarter",
    goal_start=JANUARY, goal_end=date(2026, 3, 31), goal_value=160.0, goal_target=300.0, goal_expected=200.0, pace=0.8,
    matures=False, measurable=True, up_to_date=True, reasons_en="", reasons_es="", was_measured=True, turn_en=None,
    turn_es=None, driver_en="fewer orders from the web", driver_es="menos pedidos web",
)  # fmt: skip


def state(when: str, parameters: dict[str, Any] | None = None, **standing: Any) -> str:
    rule = Rule(name="rule", when=when, **parameters or {})
    return find(rule, replace(STANDING, **standing)).state


@pytest.mark.parametrize(
    ("standing", "parameters", "expected"),
    [
        ({}, {}, "begins"),
        ({"status": "at_risk"}, {}, "lasts"),
        ({"status": "at_risk"}, {"at_risk": True}, "begins"),
        ({"status": "on_target", "streak": 1}, {}, "over"),
        ({"streak": -1}, {"periods": 2}, "lasts"),
        ({"streak": -2}, {"periods": 2}, "begins"),
        ({"status": None}, {}, "unknown"),
        ({"status": "no_data", "value": None}, {}, "unknown"),
        ({"status": "no_target"}, {}, "over"),
        ({"measurable": False}, {}, "unknown"),
        ({"measurable": False, "status": "on_target"}, {}, "unknown"),
        ({"up_to_date": False}, {}, "begins"),
    ],
)
def test_below_target_begins_off_target_and_is_over_on_target(standing, parameters, expected):
    assert state("below_target", parameters, **standing) == expected


@pytest.mark.parametrize(
    ("standing", "parameters", "expected"),
    [
        ({"pace": 0.8}, {}, "begins"),
        ({"pace": 0.9}, {}, "over"),
        ({"pace": 0.92}, {"until": 0.95}, "lasts"),
        ({"pace": 0.95}, {"until": 0.95}, "over"),
        ({"pace": 0.8, "goal_expected": 30.0}, {"after": 0.25}, "lasts"),
        ({"pace": 1.2, "direction": "at_most"}, {}, "begins"),
        ({"pace": 0.8, "direction": "decrease"}, {}, "over"),
        ({"pace": None, "goal_expected": None}, {}, "unknown"),
        ({"matures": True}, {}, "unknown"),
        ({"measurable": False}, {}, "unknown"),
    ],
)
def test_off_pace_begins_below_and_holds_until(standing, parameters, expected):
    assert state("off_pace", parameters, **standing) == expected


@pytest.mark.parametrize(
    ("when", "standing", "expected"),
    [
        ("signal", {"turn_en": "below the limit", "turn_es": "bajo el límite"}, "begins"),
        ("signal", {}, "over"),
        ("signal", {"value": None}, "unknown"),
        ("signal", {"measurable": False}, "unknown"),
        ("stale", {"up_to_date": False}, "begins"),
        ("stale", {}, "over"),
        ("stale", {"up_to_date": None}, "unknown"),
        ("not_measurable", {"measurable": False}, "begins"),
        ("not_measurable", {}, "over"),
        ("not_measurable", {"measurable": False, "was_measured": False}, "lasts"),
        ("stale", {"up_to_date": False, "was_measured": False}, "lasts"),
    ],
)
def test_what_is_wrong_with_data_and_signals(when, standing, expected):
    assert state(when, **standing) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (100.0, 106.0, "happened"),
        (100.0, 94.0, "happened"),
        (100.0, 105.0, "over"),
        (100.0, None, "happened"),
        (None, 5.0, "happened"),
        (0.0, 5.0, "happened"),
        (-100.0, -106.0, "happened"),
    ],
)
def test_restated_wants_more_than_a_share_of_the_old_value(old, new, expected):
    change = Restated(JANUARY, date(2026, 1, 31), old, new)
    assert state("restated", {"more_than": 0.05}, restated=(change,)) == expected


def test_several_restatements_are_one_alert_that_names_the_greatest():
    changes = tuple(
        Restated(date(2026, month, 1), date(2026, month, 28), 100.0, new) for month, new in ((1, 110.0), (2, 80.0))
    )
    found = find(Rule(name="r", when="restated"), replace(STANDING, restated=changes))
    assert (
        found.words.en == "2 months restated, most in February 2026: 80.00 EUR, published before as 100.00 EUR (−20.0%)"
    )


def test_words_say_value_target_and_how_often_in_two_languages():
    found = find(Rule(name="r", when="below_target"), replace(STANDING, streak=-3))
    assert found.words.en == "90.00 EUR in February 2026, target 100.00 EUR; 3 months in a row"
    assert found.words.es == "90,00 EUR en febrero de 2026, meta 100,00 EUR; 3 meses seguidos"
    pace = find(Rule(name="r", when="off_pace"), STANDING)
    assert pace.words.en == (
        "160.00 EUR so far from January to March 2026, 80.0% of the 200.00 EUR expected by now; target 300.00 EUR"
    )


class Company:
    """One KPI under one rule, run after run."""

    def __init__(self, when: str = "below_target", **rule: Any) -> None:
        self.rule = Rule(name="rule", when=when, **rule)
        self.alerting = Alerting(
            channels={"team": {"url_env": "TEAM"}}, rules=(self.rule,), routes=(Route(channels=("team",)),)
        )
        self.alerts: list[Alert] = []
        self.runs = 0

    def run(self, as_of: datetime, **standing: Any) -> list[Alert]:
        self.runs += 1
        found = [find(self.rule, replace(STANDING, **standing))] if standing.get("kpi", "") is not None else []
        self.alerts = follow(self.alerts, found, self.alerting, as_of, f"run{self.runs}")
        return self.alerts


WELL = {"status": "on_target", "streak": 1, "value": 101.0}


def test_an_alert_keeps_its_id_and_opening_while_it_says_what_is_new():
    company = Company()
    (first,) = company.run(NOON)
    (second,) = company.run(NOON + DAY, value=80.0, streak=-2, period_start=date(2026, 3, 1))
    assert (second.id, second.opened_at, second.resolved_at) == (first.id, NOON, None)
    assert (second.seen_at, second.value, second.period_start) == (NOON + DAY, 80.0, date(2026, 3, 1))
    assert (second.driver_en, second.channels) == ("fewer orders from the web", ["team"])


def test_an_alert_that_comes_again_is_another_one():
    company = Company()
    (first,) = company.run(NOON)
    (over,) = company.run(NOON + DAY, **WELL)
    assert (over.id, over.resolved_at, over.seen_at) == (first.id, NOON + DAY, NOON)
    assert over.words_en == "101.00 EUR in February 2026, target 100.00 EUR"
    before, again = company.run(NOON + 2 * DAY)
    assert before == over
    assert again.id != first.id


def test_what_is_not_known_leaves_an_alert_as_it_was():
    company = Company()
    (first,) = company.run(NOON)
    assert company.run(NOON + DAY, measurable=False) == [first]
    assert company.run(NOON + 2 * DAY, status=None) == [first]


def test_a_run_of_the_same_now_opens_nothing_that_it_resolved():
    company = Company()
    company.run(NOON)
    resolved = company.run(NOON + DAY, **WELL)
    assert company.run(NOON + DAY) == resolved
    assert len(company.run(NOON + 2 * DAY)) == 2


def test_an_alert_ends_with_its_kpi_rule_or_goal():
    company = Company()
    company.run(NOON)
    (gone,) = company.run(NOON + DAY, kpi=None)
    assert (gone.resolved_at, gone.words_en) == (NOON + DAY, "no longer watched: rule, target or KPI is gone")
    company = Company("off_pace")
    company.run(NOON)
    old, new = company.run(NOON + 30 * DAY, goal_start=date(2026, 4, 1), goal_end=date(2026, 6, 30))
    assert (old.resolved_at, old.words_en) == (NOON + 30 * DAY, "the period of the goal is over")
    assert (new.resolved_at, new.period_start) == (None, date(2026, 4, 1))


def test_what_happened_once_opens_one_alert_a_run_that_is_over_at_once():
    company, change = Company("restated"), Restated(JANUARY, date(2026, 1, 31), 100.0, 50.0)
    (first,) = company.run(NOON, restated=(change,))
    assert first.resolved_at == first.opened_at == NOON
    assert company.run(NOON + DAY) == [first]
    company.runs = 0
    assert company.run(NOON, restated=(change,)) == [first], "a run that is taken up again finds its own"
    assert len(company.run(NOON, restated=(change,))) == 2, "another run of the same now restated it once more"


def test_alerts_that_ended_long_ago_are_forgotten_and_open_ones_never():
    company = Company()
    company.run(NOON)
    company.run(NOON + DAY, **WELL)
    assert len(company.run(NOON + DAY + KEPT, **WELL)) == 1
    assert company.run(NOON + DAY + KEPT + DAY, **WELL) == []
    company.run(NOON + 500 * DAY)
    assert len(company.run(NOON + 5000 * DAY)) == 1


def test_routes_add_up_and_name_a_channel_once():
    from metrics.steering.alerts.lifecycle import channels_of

    routes = (
        Route(departments=("sales",), channels=("sales",)),
        Route(departments=("support",), channels=("support",)),
        Route(company_level=True, severities=("critical",), channels=("board", "sales")),
    )
    alerting = Alerting(routes=routes)
    critical, info = (Rule(name="r", when="stale", severity=severity) for severity in ("critical", "info"))
    assert channels_of(critical, STANDING, alerting) == ["sales", "board"]
    assert channels_of(info, STANDING, alerting) == ["sales"]
    assert channels_of(critical, replace(STANDING, company_level=False, department="people"), alerting) == []
