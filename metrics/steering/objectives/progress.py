"""How far a goal has got in a period: from where, to where, and how far it should be by now."""

from __future__ import annotations

from dataclasses import dataclass

from metrics.contracts.objectives import Goal, Minimum
from metrics.contracts.objectives.models import PREVIOUS
from metrics.periods import Period, named_period, period_before
from metrics.steering.objectives.grading import Status, clipped, grade, share_of_way
from metrics.steering.objectives.measures import Reached, Sight, measured, reached
from metrics.wording import dates
from metrics.wording.text import Words


@dataclass(frozen=True)
class Reading:
    """Where a goal stands; ``progress`` is None if it cannot be told, and ``reason`` says why.

    For a minimum the target is 1, the share of weeks or slice values that are to reach it; ``reached`` counts them.
    """

    baseline: float | None = None
    target: float | None = None
    current: float | None = None
    progress: float | None = None
    expected: float = 0.0
    reason: Words | None = None
    reached: Reached | None = None

    @property
    def status(self) -> Status:
        """How it is graded."""
        return "no_data" if self.progress is None else grade(self.progress, self.expected)


def read(goal: Goal, period: Period, sight: Sight) -> Reading:
    """Read where a goal stands in a period, by what is known at a day."""
    expected = period.elapsed(sight.until)
    if period.start >= sight.until:
        en, es = dates.day(period.start, "en"), dates.day(period.start, "es")
        return Reading(reason=Words(f"begins on {en}", f"empieza el {es}"))
    if goal.metric not in sight.values.metrics:
        missing = Words(f"{goal.metric} is not in the mart", f"{goal.metric} no está en el mart")
        return Reading(expected=expected, reason=missing)
    if isinstance(goal.target, Minimum):
        return _of_minimum(goal, goal.target, period, sight, expected)
    return _of_amount(goal, goal.target, period, sight, expected)


def _of_minimum(goal: Goal, minimum: Minimum, period: Period, sight: Sight, expected: float) -> Reading:
    """What was promised of every week is owed of every week that is over, not only of a part of them."""
    expected = 1.0 if minimum.per else expected
    found = reached(goal, minimum, period, sight)
    if isinstance(found, Words):
        return Reading(target=1.0, expected=expected, reason=found)
    share = found.reached / found.counted
    return Reading(target=1.0, current=share, progress=share, expected=expected, reached=found)


def _of_amount(goal: Goal, target: float | str, period: Period, sight: Sight, expected: float) -> Reading:
    baseline = _baseline(goal, period, sight)
    known = None if isinstance(baseline, Words) else baseline
    aim = _aim(target, known)
    current = measured(goal, period, sight)
    reason = _why_not(goal, baseline, aim, current)
    now = None if isinstance(current, Words) else current
    if reason or aim is None or now is None:
        return Reading(known, aim, now, expected=expected, reason=reason)
    progress = clipped(now / aim) if goal.measure == "total" else share_of_way(now, known or 0.0, aim)
    return Reading(known, aim, now, progress, expected)


def _baseline(goal: Goal, period: Period, sight: Sight) -> float | Words:
    given = PREVIOUS if goal.baseline is None else goal.baseline
    if not isinstance(given, str):
        return given
    before = period_before(period, sight.calendar) if given == PREVIOUS else named_period(given, sight.calendar)
    if before.end > sight.until:
        when = dates.in_period(before.grain, before.start, before.last_day)
        return Words(f"the baseline {when.en} is not over", f"la base {when.es} no ha terminado")
    found = measured(goal, before, sight)
    return Words(f"no baseline: {found.en}", f"sin base: {found.es}") if isinstance(found, Words) else found


def _aim(target: float | str, baseline: float | None) -> float | None:
    """The target as a number; a change of a negative baseline goes up where it is positive, too."""
    if not isinstance(target, str):
        return target
    return None if baseline is None else baseline + float(target[:-1]) / 100 * abs(baseline)


def _why_not(goal: Goal, baseline: float | Words, aim: float | None, current: float | Words) -> Words | None:
    """Why there is no progress to tell, None if there is. A total starts from 0 and may do without its baseline."""
    if isinstance(baseline, Words) and (goal.measure != "total" or aim is None):
        return baseline
    if goal.measure == "total" and aim is not None and aim <= 0:
        return Words("its target is not above 0", "su meta no es mayor que 0")
    if goal.measure != "total" and aim == baseline:
        return Words("its target is its baseline", "su meta es igual a su base")
    return current if isinstance(current, Words) else None
