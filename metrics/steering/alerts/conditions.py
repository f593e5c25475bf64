"""What a rule finds of a KPI: whether its alert begins, lasts or is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from metrics.alerting.models import Rule, When
from metrics.steering.alerts import sentences
from metrics.steering.alerts.standings import Standing
from metrics.wording.text import Words

# An open alert goes on while its condition ``lasts`` or is ``unknown``; only what ``begins`` opens one. What
# ``happened`` once opens an alert that is over at once.
State = Literal["begins", "lasts", "unknown", "over", "happened"]
_NO_WORDS = Words("", "")


@dataclass(frozen=True)
class Finding:
    """What one rule finds of one KPI; period, value, target and words are what an alert would say."""

    rule: Rule
    standing: Standing
    state: State
    grain: str | None = None
    period_start: date | None = None
    value: float | None = None
    target: float | None = None
    words: Words = _NO_WORDS


def find(rule: Rule, standing: Standing) -> Finding:
    """Look at a KPI as a rule does.

    Values are judged only where they are measurable: one that data is missing for proves nothing, and the rule
    ``not_measurable`` tells of it.
    """
    return _CONDITIONS[rule.when](rule, standing)


def _below_target(rule: Rule, standing: Standing) -> Finding:
    status = standing.status
    if status == "no_target":
        return _of_period(rule, standing, "over", sentences.NO_LONGER_WATCHED)
    if not standing.measurable or status not in ("on_target", "at_risk", "off_target"):
        return Finding(rule, standing, "unknown")
    if status == "on_target":
        return _of_period(rule, standing, "over", sentences.on_target(standing))
    begins = (status == "off_target" or rule.at_risk) and -standing.streak >= rule.periods
    return _of_period(rule, standing, "begins" if begins else "lasts", sentences.missed(standing))


def _off_pace(rule: Rule, standing: Standing) -> Finding:
    """Against the goal under way; outcomes that follow later make it look slow, so that it is not judged."""
    expected, goal, pace = standing.goal_expected, standing.goal_target, standing.pace
    state: State = "unknown"
    if standing.measurable and not standing.matures and pace is not None and expected and goal:
        # where less is better, as much above counts as much as below does elsewhere
        speed = 2 - pace if standing.direction in ("decrease", "at_most") else pace
        is_early = expected / goal < rule.after
        state = "over" if speed >= rule.recovers_at else "lasts" if speed >= rule.below or is_early else "begins"
    said = sentences.pace(standing)
    return Finding(rule, standing, state, standing.goal_grain, standing.goal_start, standing.goal_value, goal, said)


def _signal(rule: Rule, standing: Standing) -> Finding:
    if not standing.measurable or standing.value is None:
        return Finding(rule, standing, "unknown")
    if standing.turn_en:
        return _of_period(rule, standing, "begins", sentences.turn(standing))
    return _of_period(rule, standing, "over", sentences.no_turn(standing))


def _stale(rule: Rule, standing: Standing) -> Finding:
    return _certificate(rule, standing, standing.up_to_date)


def _not_measurable(rule: Rule, standing: Standing) -> Finding:
    return _certificate(rule, standing, standing.measurable)


def _certificate(rule: Rule, standing: Standing, holds: bool | None) -> Finding:
    if holds is None:
        return Finding(rule, standing, "unknown")
    if holds:
        return _of_period(rule, standing, "over", sentences.better(rule.when))
    return _of_period(rule, standing, "begins" if standing.was_measured else "lasts", sentences.reasons(standing))


def _restated(rule: Rule, standing: Standing) -> Finding:
    changes = [change for change in standing.restated if change.size > rule.more_than]
    if not changes:
        return Finding(rule, standing, "over")
    most = max(changes, key=lambda change: change.size)
    said = sentences.restated(standing, changes, most)
    return Finding(rule, standing, "happened", standing.grain, most.period_start, most.new, None, said)


def _of_period(rule: Rule, standing: Standing, state: State, words: Words) -> Finding:
    """A finding on the latest complete period."""
    s = standing
    return Finding(rule, s, state, s.grain, s.period_start, s.value, s.target, words)


_CONDITIONS: dict[When, Callable[[Rule, Standing], Finding]] = {
    "below_target": _below_target,
    "off_pace": _off_pace,
    "signal": _signal,
    "stale": _stale,
    "not_measurable": _not_measurable,
    "restated": _restated,
}
