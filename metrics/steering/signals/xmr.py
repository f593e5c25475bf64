"""The XmR chart: natural process limits of single values, found from how much each differs from the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

# 3 ÷ 1.128: three standard deviations, where the mean range of two values is 1.128 of them.
LIMITS_IN_RANGES = 2.66


@dataclass(frozen=True)
class Limits:
    """What values of a stable process vary around, and between which limits nearly all of them lie."""

    centre: float
    lower: float
    upper: float


def natural_limits(values: Sequence[float], ranges: Sequence[float] | None = None) -> Limits:
    """Natural process limits: the mean of the values ± 2.66 × their mean moving range.

    Source: Donald J. Wheeler, Making Sense of Data (SPC Press, 2003). Limits may lie where no value can; they are not
    cut, as the rules of runs need their distance from the centre.

    Args:
        values: in the order of time, at least one.
        ranges: how much each value but the first differs from the one before; by default as the values say.
    """
    ranges = moving_ranges(values) if ranges is None else ranges
    centre, width = fmean(values), LIMITS_IN_RANGES * fmean(ranges) if ranges else 0.0
    return Limits(centre, centre - width, centre + width)


def moving_ranges(values: Sequence[float]) -> list[float]:
    """How much each value but the first differs from the one before."""
    return [abs(after - before) for before, after in pairwise(values)]


def trend_line(values: Sequence[float]) -> list[float]:
    """The straight line through the means of both halves of a series (Wheeler's half-averages), point by point.

    The middle one of an odd number of values is in neither half.
    """
    half = len(values) // 2
    first, last = fmean(values[:half]), fmean(values[-half:])
    slope = (last - first) / (len(values) - half)
    return [first + slope * (index - (half - 1) / 2) for index in range(len(values))]
