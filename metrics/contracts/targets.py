"""The promise of a KPI: a value for a period, absolute or relative to another period.

Here targets are checked for sense; what they come to is evaluated where values are judged.
"""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from metrics.contracts.part import Part
from metrics.contracts.words import Identifier, Sentence
from metrics.periods import end_of, grain_of

_EACH = re.compile(r"^each (day|week|month|quarter|year)$")
_PERIOD = re.compile(r"^\d{4}(-(Q[1-4]|W(0[1-9]|[1-4]\d|5[0-3])|(0[1-9]|1[0-2])(-\d\d)?))?$")
_CHANGE = re.compile(r"^[+-]\d+(\.\d+)?%$")
Spread = Literal["flat", "working_days", "last_year"]
_PERIODS = "a day (2026-07-01), week (2026-W27), month (2026-07), quarter (2026-Q3), year (2026)"


def named_period(value: str) -> str:
    """Return the text of a named period, ``2026-Q3``; raises ValueError with what is allowed."""
    if not _PERIOD.match(value):
        raise ValueError(f"{value!r} is not a period; use {_PERIODS}")
    try:
        date(int(value[:4]), 1, 1).replace(year=int(value[:4]) + 1)  # a period ends on the day after its last
        end_of(value, fiscal_year_starts=12)
    except ValueError as error:
        raise ValueError(f"{value!r} is no {grain_of(value)} of the calendar; use {_PERIODS}") from error
    return value


def _period(value: object) -> str:
    text = str(value)
    if not _EACH.match(text):
        try:
            return named_period(text)
        except ValueError as error:
            raise ValueError(f"{error}, or 'each' day, week, month, quarter or year") from error
    return text


def _change_or_number(value: object) -> float | str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is not a target; use a number, or a change such as +5%")
    if isinstance(value, str) and not _CHANGE.match(value):
        raise ValueError(f"{value!r} is not a target; use a number, or a change such as +5%")
    return value


def _baseline(value: object) -> float | str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return named_period(str(value))


def _one_slice(value: dict[str, str]) -> dict[str, str]:
    if len(value) != 1:
        raise ValueError(f"names {len(value)} slices; give one, such as {{channel: sms}}")
    return value


def _written_as(pattern: str, number: Literal["integer", "number"]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "string", "pattern": pattern}, {"type": number}]})


PromisedPeriod = Annotated[str, BeforeValidator(_period), _written_as(f"{_EACH.pattern}|{_PERIOD.pattern}", "integer")]
Amount = Annotated[float | str, BeforeValidator(_change_or_number), _written_as(_CHANGE.pattern, "number")]


class Basis(Part):
    """What makes a target attainable: people, money, time."""

    team: Sentence | None = None
    budget: float | None = Field(default=None, ge=0)
    time: Sentence | None = None


class Target(Part):
    """One promise: ``value`` (or ``low`` and ``high``) for ``period``.

    ``value`` is a number in the KPI's unit or a change (``+5%``) ``over`` another period. ``at_risk`` is the share of
    the target at which a miss is still only at risk. ``baseline`` is a number or the period it is read from.
    ``set_at`` is the day on which it was agreed, if that was not the first of its period. ``spread`` says how the
    promise of a KPI that adds up falls on the days of its period: ``flat``, ``working_days`` or as ``last_year``.
    ``slice`` is the one slice and its value that the promise is made for, if it is not for the total.
    """

    period: PromisedPeriod
    value: Amount | None = None
    low: float | None = None
    high: float | None = None
    over: Literal["previous_year", "previous_period"] | None = None
    baseline: Annotated[float | str, BeforeValidator(_baseline), _written_as(_PERIOD.pattern, "number")] | None = None
    at_risk: float = Field(default=0.95, gt=0, le=1)
    horizon: Literal["short", "medium", "long"] | None = None
    basis: Basis | None = None
    set_at: date | None = None
    spread: Spread = "flat"
    slice: (
        Annotated[
            dict[Identifier, Sentence],
            AfterValidator(_one_slice),
            Field(json_schema_extra={"minProperties": 1, "maxProperties": 1}),
        ]
        | None
    ) = None

    @property
    def of(self) -> tuple[str, str]:
        """The slice and the value of it that is promised; both empty for the total."""
        return next(iter(self.slice.items())) if self.slice else ("", "")

    @property
    def is_relative(self) -> bool:
        """True for a change over another period."""
        return isinstance(self.value, str)

    def rules(self, direction: str) -> list[tuple[str, str]]:
        """(field, what is wrong) given the KPI's direction."""
        broken = self._range_rules() if direction == "within" else self._value_rules()
        if self.is_relative and self.over is None:
            broken.append(("over", "is missing; a change needs one of previous_year, previous_period"))
        if not self.is_relative and self.over is not None:
            broken.append(("over", "goes with a change such as +5% only; remove it or make value a change"))
        if direction in {"increase", "decrease"} and not self.is_relative and self.baseline is None:
            broken.append(("baseline", f"is missing; direction {direction!r} needs one for an absolute value"))
        return broken

    def _range_rules(self) -> list[tuple[str, str]]:
        if self.value is not None:
            return [("value", "is not allowed with direction 'within'; give low and high")]
        if self.low is None or self.high is None:
            return [("low" if self.low is None else "high", "is missing; direction 'within' takes low and high")]
        return [] if self.low < self.high else [("low", f"{self.low} is not below high ({self.high})")]

    def _value_rules(self) -> list[tuple[str, str]]:
        broken = [
            (field, "is allowed with direction 'within' only; give value")
            for field in ("low", "high")
            if getattr(self, field) is not None
        ]
        return broken if self.value is not None else [*broken, ("value", "is missing; give a number or a change")]
