"""Which of a KPI's periods are made of finer ones, as data shows it: sums, and ratios of sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isclose
from typing import TYPE_CHECKING

import numpy as np

from metrics.calendar import Grain
from metrics.steering.forecasts.series import Series, Value

if TYPE_CHECKING:
    from metrics.steering.forecasts.errors import Numbers
    from metrics.steering.forecasts.periods import Periods

SAME = 1e-6  # relative; sums of rounded numbers
USUAL_DAYS, USUAL_PERIODS = 8, 3  # that a usual denominator is the mean of: the same weekday's, or the last ones


@dataclass(frozen=True)
class Parts:
    """The series of finer periods that a coarser one is made of: the sum of their values, or the ratio of sums."""

    series: Series
    is_sum: bool

    def total(self, known: Sequence[Value], ahead: Sequence[tuple[date, Numbers]]) -> Numbers:
        """Add known parts and simulated ones (first day, a number per future) up to the value of the whole."""
        simulated = np.array([samples for _, samples in ahead])
        if self.is_sum:
            return simulated.sum(axis=0) + sum(value.value for value in known)
        weights = np.array([self._usual_denominator(start) for start, _ in ahead])
        above = weights @ simulated + sum(value.numerator or 0 for value in known)
        return above / (weights.sum() + sum(value.denominator or 0 for value in known))

    def _usual_denominator(self, start: date) -> float:
        values = self.series.values
        if self.series.grain == "day":
            weekday = [value for value in values[-7 * USUAL_DAYS :] if value.start.weekday() == start.weekday()]
            recent = weekday or values[-USUAL_DAYS:]
        else:
            recent = values[-USUAL_PERIODS:]
        return sum(value.denominator or 0 for value in recent) / len(recent)


def parts_that_add_up(known: Mapping[Grain, Series], finer: Grain, coarser: Grain, periods: Periods) -> Parts | None:
    """Return the finer series if every known coarser value is made of it, by its sum or by its ratio of sums.

    Nothing is taken for granted of a formula: different customers of months, for one, do not add up to those of a
    quarter. None too if no known period of several parts shows it, then also by way of the quarters of a year.
    """
    parts = known.get(finer)
    if parts is None or not parts.values:
        return None
    shown: tuple[Grain, ...] = ("quarter", "year") if coarser in ("quarter", "year") else (coarser,)
    wholes = [(value, parts.within(periods, grain, value.start)) for grain in shown for value in _values(known, grain)]
    several = [(value, inside) for value, inside in wholes if len(inside) > 1]
    if not several:
        return None
    if all(_same(sum(part.value for part in inside), value.value) for value, inside in several):
        return Parts(parts, is_sum=True)
    return Parts(parts, is_sum=False) if all(_is_ratio_of_sums(*pair) for pair in several) else None


def _values(known: Mapping[Grain, Series], grain: Grain) -> tuple[Value, ...]:
    return known[grain].values if grain in known else ()


def _is_ratio_of_sums(whole: Value, parts: Sequence[Value]) -> bool:
    if whole.numerator is None or not whole.denominator:
        return False
    above, below = sum(part.numerator or 0 for part in parts), sum(part.denominator or 0 for part in parts)
    is_ratio = _same(whole.numerator / whole.denominator, whole.value)
    return is_ratio and _same(above, whole.numerator) and _same(below, whole.denominator)


def _same(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=SAME, abs_tol=1e-12)
