"""Writes the tables objectives, key_results and key_result_checkins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from metrics.calendar import Calendar
from metrics.contracts.objectives import CheckIn, Goal, KeyResult, Minimum, Objective, Okrs
from metrics.periods import Period, named_period, period_before, period_of
from metrics.steering.clock import last_day, local
from metrics.steering.objectives.check_in_days import Attention, attention
from metrics.steering.objectives.measures import Sight
from metrics.steering.objectives.progress import Reading, read
from metrics.steering.objectives.standing import Measured, Standing, standing
from metrics.steering.objectives.values import Values, read_values
from metrics.steering.rows import insert

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHARE = "percent"


@dataclass(frozen=True)
class _Now:
    """A run's now: ``today`` holds its last moment, ``until`` is the first day that is not over."""

    today: date
    until: date


def write_objectives(con: DuckDBPyConnection, as_of: datetime, calendar: Calendar, okrs: Okrs) -> None:
    """Fill objectives, key_results and key_result_checkins of the attached ``mart``; ``as_of`` is naive UTC."""
    now = _Now(last_day(as_of, calendar.time_zone), local(as_of, calendar.time_zone).date())
    goals = [goal for objective in okrs.objectives for _, goal in objective.goals()]
    judge = _Judge(read_values(con, goals), calendar, now, [each for each in okrs.check_ins if each.date <= now.today])
    insert(con, "mart.objectives", [judge.objective(objective) for objective in okrs.objectives])
    insert(con, "mart.key_results", judge.key_results)
    insert(con, "mart.key_result_checkins", judge.check_ins)


class _Judge:
    """Makes the rows of all tables; those of key results and check-ins come with their objective."""

    def __init__(self, values: Values, calendar: Calendar, now: _Now, said: Sequence[CheckIn]) -> None:
        self.sight = Sight(values, calendar, now.until, now.until)
        self.now = now
        self.said: dict[str, list[CheckIn]] = {}
        for check_in in said:
            self.said.setdefault(check_in.key_result, []).append(check_in)
        self.key_results: list[Mapping[str, Any]] = []
        self.check_ins: list[Mapping[str, Any]] = []

    def objective(self, objective: Objective) -> Mapping[str, Any]:
        """The row of an objective."""
        steps = [self._key_result(objective, key_result) for key_result in objective.key_results]
        own = self._of_goal(objective.goal) if objective.goal else None
        stands = standing(steps, own)
        return {
            "id": objective.id,
            "label_en": objective.label.en,
            "label_es": objective.label.es,
            "description_en": objective.description.en,
            "description_es": objective.description.es,
            "owner_team": objective.owner.team,
            "owner": objective.owner.email,
            **self._of_own(objective.goal, own),
            **_of_standing(stands, steps),
        }

    def _of_own(self, goal: Goal | None, own: Measured | None) -> dict[str, Any]:
        if goal is None or own is None:
            return {}
        return {
            "metric": goal.metric,
            "measure": _measure(goal),
            "unit": self._unit(goal),
            "baseline": own.reading.baseline,
            "target": own.reading.target,
            "current": own.reading.current,
            "goal_progress": own.reading.progress,
        }

    def _of_goal(self, goal: Goal) -> Measured:
        metric = self.sight.values.metrics.get(goal.metric)
        period = self._period(goal, self.now.today)
        return Measured(metric.label if metric else None, period, read(goal, period, self.sight))

    def _key_result(self, objective: Objective, key_result: KeyResult) -> Measured:
        period = self._period(key_result, self.now.today)
        said = self.said.get(key_result.id, [])
        reading = read(key_result, period, self.sight)
        attended = attention(key_result, said, period, self.now.until)
        self.key_results.append(
            {
                **_named(key_result, objective),
                "unit": self._unit(key_result),
                "period_start": period.start,
                "due": period.last_day,
                **_of_reading(key_result, reading),
                **self._before(key_result, period),
                **_of_attention(attended),
            }
        )
        self.check_ins += (self._check_in(key_result, check_in) for check_in in said)
        return Measured(key_result.label, period, reading, attended.confidence)

    def _before(self, goal: Goal, period: Period) -> dict[str, Any]:
        """The outcome of the period before; nothing was promised of it where the period is a named one."""
        if not goal.period.startswith("each "):
            return {}
        reading = read(goal, period_before(period, self.sight.calendar), self.sight)
        return {"previous_progress": reading.progress, "previous_status": reading.status}

    def _check_in(self, key_result: KeyResult, check_in: CheckIn) -> Mapping[str, Any]:
        """A check-in, and where the key result stood by the periods that were over on its day."""
        period = self._period(key_result, check_in.date)
        then = Sight(self.sight.values, self.sight.calendar, check_in.date, self.now.until)
        reading = read(key_result, period, then)
        return {
            "id": f"{key_result.id}.{check_in.date}",
            "key_result": key_result.id,
            "checked_in_on": check_in.date,
            "owner": check_in.by,
            "baseline": reading.baseline,
            "target": reading.target,
            "current": reading.current,
            "progress": reading.progress,
            "expected_progress": reading.expected,
            "status": reading.status if reading.progress is not None else None,
            "confidence": check_in.confidence,
            "due": period.last_day,
            "comment": check_in.note,
        }

    def _period(self, goal: Goal, day: date) -> Period:
        if goal.period.startswith("each "):
            return period_of(day, goal.grain, self.sight.calendar)
        return named_period(goal.period, self.sight.calendar)

    def _unit(self, goal: Goal) -> str | None:
        if isinstance(goal.target, Minimum):
            return SHARE
        metric = self.sight.values.metrics.get(goal.metric)
        return metric.unit if metric else None


def _named(key_result: KeyResult, objective: Objective) -> dict[str, Any]:
    """What is written of a key result."""
    owner = key_result.owner or objective.owner
    return {
        "id": key_result.id,
        "objective": objective.id,
        "metric": key_result.metric,
        "label_en": key_result.label.en,
        "label_es": key_result.label.es,
        "owner_team": owner.team,
        "owner": owner.email,
        "measure": _measure(key_result),
        "grain": key_result.grain,
    }


def _measure(goal: Goal) -> str | None:
    if isinstance(goal.target, Minimum):
        return "share_of_weeks" if goal.target.per else "share_of_slice"
    return goal.measure


def _of_reading(goal: Goal, reading: Reading) -> dict[str, Any]:
    return {
        "at_least": goal.target.at_least if isinstance(goal.target, Minimum) else None,
        "reached": reading.reached.reached if reading.reached else None,
        "counted": reading.reached.counted if reading.reached else None,
        "baseline": reading.baseline,
        "target": reading.target,
        "current": reading.current,
        "progress": reading.progress,
        "expected_progress": reading.expected,
        "status": reading.status,
        "reason_en": reading.reason.en if reading.reason else None,
        "reason_es": reading.reason.es if reading.reason else None,
    }


def _of_attention(attended: Attention) -> dict[str, Any]:
    return {
        "confidence": attended.confidence,
        "last_checkin": attended.last,
        "next_checkin": attended.next,
        "checkin_overdue": attended.is_overdue,
    }


def _of_standing(stands: Standing, steps: Sequence[Measured]) -> dict[str, Any]:
    return {
        "period_start": stands.first_day,
        "due": stands.last_day,
        "progress": stands.progress,
        "expected_progress": stands.expected,
        "status": stands.status,
        "reason_en": stands.reason.en if stands.reason else None,
        "reason_es": stands.reason.es if stands.reason else None,
        "confidence": stands.confidence,
        "key_results": len(steps),
        "key_results_measured": sum(step.reading.progress is not None for step in steps),
    }
