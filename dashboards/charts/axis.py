"""The marks of axes: at most five for numbers; for time the first days of months, or the periods if they are few."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from metrics.calendar import Grain
from metrics.wording import dates, numbers
from metrics.wording.numbers import Language

MOST_MARKS = 5
MOST_DATES = 7
STEPS = (1.0, 2.0, 2.5, 5.0)
MONTHS = (1, 3, 6, 12, 24, 60, 120)
# numbers that differ by no larger share are the same one, computed in another order
SAME = 1e-9
# amounts, whose size a line or bar shows only from zero on
FROM_ZERO = ("count", "currency", "seconds", "hours", "days")


@dataclass(frozen=True)
class Marks:
    """Where an axis is marked, and what is written there."""

    at: tuple[float, ...]
    words: tuple[str, ...]

    def vega(self) -> dict[str, object]:
        """The properties of a Vega-Lite axis; its words are made here, so that no browser words numbers or dates."""
        return {"values": list(self.at), "labelExpr": f"{list(self.words)!r}[indexof({list(self.at)!r}, +datum.value)]"}


def number_marks(values: Iterable[float], unit: str | None, lang: Language, from_zero: bool | None = None) -> Marks:
    """Mark an axis that holds values of a unit; it begins at zero for amounts, unless ``from_zero`` says otherwise."""
    known = [*values] or [0.0]
    known += [0.0] if (unit in FROM_ZERO if from_zero is None else from_zero) else []
    low, high = min(known), max(known)
    if high - low <= SAME * max(abs(low), abs(high)):
        low, high = (low - abs(low) / 10, high + abs(high) / 10) if low else (0.0, 1.0)
    step = _step(low, high, 1.0 if unit == "count" else 0.0)
    at = [step * place for place in range(math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9) + 1)]
    at = [float(f"{mark:.12g}") for mark in at]
    return Marks(tuple(at), tuple(numbers.mark(mark, step, unit, lang) for mark in at))


def date_marks(starts: Sequence[date], grain: Grain, lang: Language, most: int = MOST_DATES) -> Marks:
    """Mark an axis of periods by their first days, at ``most`` places."""
    firsts = [_months(starts[0], starts[-1], step) for step in MONTHS] if len(starts) > most else []
    chosen = next((days for days in firsts if len(days) <= most), [])
    if len(chosen) > 1:
        return _dated(chosen, [dates.short_month(day, lang) for day in chosen])
    few = starts[:: math.ceil(len(starts) / most)]
    return _dated(few, [_short(day, grain, lang) for day in few])


def moment(day: date) -> int:
    """A day as Vega counts time: milliseconds since 1970 to its midnight in UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _step(low: float, high: float, least: float) -> float:
    """The smallest of 1, 2, 2.5 and 5 times a power of ten that marks a span often enough."""
    power = math.floor(math.log10(max((high - low) / MOST_MARKS, least)))
    steps = (base * 10.0**exponent for exponent in range(power, power + 3) for base in STEPS)
    return next(
        step
        for step in steps
        if step >= least
        and step % 1 * (least > 0) == 0
        and math.ceil(high / step - 1e-9) - math.floor(low / step + 1e-9) < MOST_MARKS
    )


def _months(first: date, last: date, step: int) -> list[date]:
    """The first days of every ``step``-th month in a span, counted from January."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    days = [date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0]
    return [day for day in days if first <= day <= last]


def _short(day: date, grain: Grain, lang: Language) -> str:
    if grain in ("day", "week"):
        return dates.short_day(day, lang)
    return str(day.year) if grain == "year" and day.month == 1 else dates.short_month(day, lang)


def _dated(days: Sequence[date], words: Sequence[str]) -> Marks:
    return Marks(tuple(moment(day) for day in days), tuple(words))
