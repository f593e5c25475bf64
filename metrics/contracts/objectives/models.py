"""What an objective file may say (pydantic models); the loader adds where it says it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag

from metrics.calendar import Grain
from metrics.contracts.models import Owner, Text
from metrics.contracts.part import Part
from metrics.contracts.targets import Amount, PromisedPeriod, named_period
from metrics.contracts.words import Days, Identifier, duration_hours
from metrics.periods import grain_of

Measure = Literal["value", "weekly_mean", "total"]
PREVIOUS = "previous_period"
_BASELINES = f"a number, a period such as 2026-Q2, or {PREVIOUS}"
_WITH_WEEKS = ("month", "quarter", "year")


def _baseline(value: object) -> object:
    if (isinstance(value, int | float) and not isinstance(value, bool)) or value == PREVIOUS:
        return value
    try:
        return named_period(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is not a baseline; use {_BASELINES}") from None


def _kind(value: object) -> str:
    return "minimum" if isinstance(value, dict | Minimum) else "amount"


class Minimum(Part):
    """At least so much again and again: ``per`` week, or in ``each`` value of a slice that metric ``of`` counts.

    Progress is the share of the weeks, or of the slice's values, that reached it.
    """

    at_least: float = Field(gt=0)
    per: Literal["week"] | None = None
    each: Identifier | None = None
    of: Identifier | None = None

    def rules(self) -> Iterator[tuple[str, str]]:
        """(field, what is wrong) for what a single field cannot tell."""
        if (self.per is None) == (self.each is None):
            yield "at_least", "needs one of per (week) and each (a slice)"
        if self.each is not None and self.of is None:
            yield "of", f"is missing; name the metric whose values of {self.each!r} are meant"
        if self.each is None and self.of is not None:
            yield "of", "goes with each only; leave it out"


class Goal(Part):
    """How far a metric is to get in a period.

    ``target`` is a number in the metric's unit, a change of the baseline (``+20%`` multiplies by 1.2), or a Minimum.
    ``baseline`` is a number, a named period, or the period before. ``measure`` says what is compared: the ``value`` of
    the period to date, the ``weekly_mean`` of its whole weeks, or the ``total`` to date, which starts from 0.
    """

    metric: Identifier
    target: Annotated[Annotated[Amount, Tag("amount")] | Annotated[Minimum, Tag("minimum")], Discriminator(_kind)]
    period: PromisedPeriod
    measure: Measure | None = None
    baseline: Annotated[float | str, BeforeValidator(_baseline)] | None = None

    @property
    def grain(self) -> Grain:
        """The grain of its period."""
        return grain_of(self.period)

    def rules(self) -> Iterator[tuple[str, str]]:
        """(field, what is wrong) for what a single field cannot tell."""
        if isinstance(self.target, Minimum):
            yield from ((f"target.{field}", what) for field, what in self.target.rules())
            for field in ("measure", "baseline"):
                if getattr(self, field) is not None:
                    yield field, "does not go with at_least, which is a share of its own; leave it out"
        elif self.measure is None:
            yield "measure", "is missing; use one of value, weekly_mean, total"
        else:
            yield from self._amount_rules(self.target)
        if self.is_weekly and self.grain not in _WITH_WEEKS:
            yield "period", f"{self.period!r} has no weeks of its own; use a {', '.join(_WITH_WEEKS)}"
        yield from self._baseline_rules()

    def _amount_rules(self, target: float | str) -> Iterator[tuple[str, str]]:
        step = float(target[:-1]) if isinstance(target, str) else None
        if step == 0:
            yield "target", f"{target!r} asks for no change; use one such as +20%"
        if self.measure == "total" and (step if step is not None else float(target)) <= 0 and step != 0:
            yield "target", f"{target!r} is none that a total grows to from 0; use more, or measure value"

    def _baseline_rules(self) -> Iterator[tuple[str, str]]:
        if isinstance(self.baseline, str) and self.baseline != PREVIOUS and grain_of(self.baseline) != self.grain:
            yield "baseline", f"{self.baseline!r} is no {self.grain} as {self.period!r} is; use one"

    @property
    def is_weekly(self) -> bool:
        """Whether it is judged by weeks, which must lie whole in its period."""
        return self.measure == "weekly_mean" or (isinstance(self.target, Minimum) and self.target.per is not None)


class KeyResult(Goal):
    """A measured step towards an objective, of which its owner says every ``check_in_every`` where it stands.

    Without ``owner`` it is the objective's.
    """

    id: Identifier
    label: Text
    owner: Owner | None = None
    check_in_every: Days = "1w"

    @property
    def check_in_days(self) -> int:
        """Days between two check-ins."""
        return duration_hours(self.check_in_every) // 24


class Objective(Part):
    """An ambition that KPIs serve: a KPI names it by ``id``. It may have a goal of its own, and key results."""

    id: Identifier
    label: Text
    description: Text
    owner: Owner
    goal: Goal | None = None
    key_results: tuple[KeyResult, ...] = ()

    def goals(self) -> Iterator[tuple[str, Goal]]:
        """(field, goal): its own and those of its key results."""
        if self.goal is not None:
            yield "goal", self.goal
        for index, key_result in enumerate(self.key_results):
            yield f"key_results.{index}", key_result

    def rules(self) -> Iterator[tuple[str, str]]:
        """(field, what is wrong) in its goals."""
        for place, goal in self.goals():
            yield from ((f"{place}.{field}", what) for field, what in goal.rules())

    def ambition(self) -> Self:
        """The same without what is measured of it."""
        return self.model_copy(update={"goal": None, "key_results": ()})
