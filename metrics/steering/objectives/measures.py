"""Measures what a goal compares: a value to date, a mean of weeks, a total, or how often a minimum was reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from metrics.calendar import Calendar
from metrics.contracts.objectives import Goal, Minimum
from metrics.periods import Period, period_of, whole_weeks
from metrics.steering import words
from metrics.steering.objectives.values import Value, Values
from metrics.steering.rounding import RELATIVE, at_least
from metrics.wording import dates
from metrics.wording.text import Words


@dataclass(frozen=True)
class Sight:
    """From where a goal is looked at.

    ``until`` is the first day that is not over; nothing from it on counts. ``now`` is the same of the run, whose values
    of periods to date are those of the mart.
    """

    values: Values
    calendar: Calendar
    until: date
    now: date

    def knows(self, period: Period) -> bool:
        """Whether the mart's value of a period is the one that was known."""
        return self.until == self.now or period.end <= self.until


@dataclass(frozen=True)
class Reached:
    """How many of the weeks, or slice values, that count reached their minimum."""

    reached: int
    counted: int


def measured(goal: Goal, period: Period, sight: Sight) -> float | Words:
    """Measure a goal's metric, which the mart has, in a period; or say why it cannot be."""
    if begins := _begins_within(goal, period, sight):
        return begins
    if goal.measure == "weekly_mean":
        return _weekly_mean(goal, period, sight)
    if goal.measure == "value" and sight.values.metrics[goal.metric].matures_after:
        return _matured(goal, period, sight)
    found = sight.values.total(goal.metric, period)
    if found is not None and sight.knows(period):
        return found.value
    if goal.measure == "total" and not sight.knows(period):
        to_date = sight.values.sum_of_days(goal.metric, period.start, sight.until)
        return _no_value(period) if to_date is None else to_date
    return _no_value(period)


def reached(goal: Goal, minimum: Minimum, period: Period, sight: Sight) -> Reached | Words:
    """Count the weeks of a period, or the values of a slice, that reached a minimum; or say why that cannot be.

    The mart has the goal's metric.
    """
    if minimum.each is not None:
        return _reached_in_each(goal, minimum, minimum.each, period, sight)
    found = _begins_within(goal, period, sight) or _weeks(goal, period, sight)
    if isinstance(found, Words):
        return found
    return Reached(sum(at_least(week.value, minimum.at_least) for week in found), len(found))


def _reached_in_each(goal: Goal, minimum: Minimum, slice: str, period: Period, sight: Sight) -> Reached | Words:
    """The slice values that metric ``of`` counts are looked at; one without a value of the goal's metric has 0."""
    of = minimum.of or goal.metric
    if not sight.knows(period):
        return _no_value(period)
    asked = [name for name, value in sight.values.by_slice(of, slice, period).items() if value > 0]
    if not asked:
        label = sight.values.metrics[of].label if of in sight.values.metrics else Words(of, of)
        return Words(f"{label.en}: none yet", f"{label.es}: ninguno todavía")
    found = sight.values.by_slice(goal.metric, slice, period)
    return Reached(sum(at_least(found.get(name, 0.0), minimum.at_least) for name in asked), len(asked))


def _weekly_mean(goal: Goal, period: Period, sight: Sight) -> float | Words:
    found = _weeks(goal, period, sight)
    return found if isinstance(found, Words) else sum(week.value for week in found) / len(found)


def _weeks(goal: Goal, period: Period, sight: Sight) -> list[Value] | Words:
    """The values of all complete weeks of a period; a week without one is no week of nothing."""
    found: list[Value] = []
    for week in _complete_weeks(goal, period, sight):
        value = sight.values.total(goal.metric, week)
        if value is None:
            return _no_value(week)
        found.append(value)
    return found or _no_week(goal, sight)


def _matured(goal: Goal, period: Period, sight: Sight) -> float | Words:
    """Σ numerator ÷ Σ denominator of the weeks whose outcome is known; those of today would still lower it."""
    weeks = [sight.values.total(goal.metric, week) for week in _complete_weeks(goal, period, sight)]
    if not weeks:
        return _no_week(goal, sight)
    found = [week for week in weeks if week is not None]
    if not all(_is_quotient(week) for week in found):
        return Words("its weeks cannot be added up", "sus semanas no se pueden sumar")
    over = sum(week.denominator or 0.0 for week in found)
    return sum(week.numerator or 0.0 for week in found) / over if over else _no_value(period)


def _is_quotient(week: Value) -> bool:
    if week.numerator is None or not week.denominator:
        return False
    return abs(week.numerator / week.denominator - week.value) <= RELATIVE * abs(week.value)


def _complete_weeks(goal: Goal, period: Period, sight: Sight) -> Iterator[Period]:
    """The weeks that lie whole in a period and whose rows have matured."""
    ripe = timedelta(days=sight.values.metrics[goal.metric].matures_after)
    return (week for week in whole_weeks(period, sight.calendar) if week.end + ripe <= sight.until)


def _begins_within(goal: Goal, period: Period, sight: Sight) -> Words | None:
    """That the values begin only within the period, so that it says too little of it.

    A sum lacks what was before them, and so does the mean of weeks; a rate may do without its first days.
    """
    first = sight.values.metrics[goal.metric].first_day
    week = next(whole_weeks(period, sight.calendar), period_of(period.start, "week", sight.calendar))
    latest = {"total": period.start, "value": week.last_day}.get(goal.measure or "", week.start)
    if first is None or first <= latest or first >= period.end:
        return None
    en, es = dates.day(first, "en"), dates.day(first, "es")
    return Words(f"its values begin on {en} only", f"sus valores empiezan el {es}")


def _no_week(goal: Goal, sight: Sight) -> Words:
    days = sight.values.metrics[goal.metric].matures_after
    if not days:
        return words.no_complete("week")
    return Words(f"no week has matured yet ({days} days)", f"todavía no ha madurado ninguna semana ({days} días)")


def _no_value(period: Period) -> Words:
    when = dates.in_period(period.grain, period.start, period.last_day)
    return Words(f"no value {when.en}", f"sin valor {when.es}")
