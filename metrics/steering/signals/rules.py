"""What makes a value of a chart a signal: Wheeler's three rules of detection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from metrics.steering.rounding import RELATIVE
from metrics.steering.signals.xmr import Limits

Rule = Literal["beyond_limits", "run_of_eight", "three_of_four", "level_shift", "missing"]
RUN = 8


@dataclass(frozen=True)
class Finding:
    """A rule that the value at ``index`` fulfils, upwards (1) or downwards (−1), judged by ``limits``.

    ``count`` is how many values in a row lie on that side of the centre, this one included; ``was`` are the
    limits before a level shift.
    """

    index: int
    rule: Rule
    side: int
    limits: Limits
    count: int
    was: Limits | None = None


def side(value: float, line: float) -> int:
    """1 above a line, −1 below it, and 0 on it; what differs by rounding only lies on it."""
    if abs(value - line) <= RELATIVE * max(abs(value), abs(line)):
        return 0
    return 1 if value > line else -1


def broken_rules(values: Sequence[float], index: int, start: int, limits: Limits) -> Iterator[Finding]:
    """Find which rules the value at ``index`` fulfils together with those before it, from ``start`` on.

    Source: Donald J. Wheeler, Making Sense of Data (SPC Press, 2003): a point outside the limits; three out of four
    consecutive points nearer to a limit than to the centre, on the same side of it; eight in a row on one side.
    """
    where = side(values[index], limits.centre)
    if not where:
        return
    count = _run_length(values, index, start, limits.centre)
    if side(values[index], limits.upper if where > 0 else limits.lower) == where:
        yield Finding(index, "beyond_limits", where, limits, count)
    if count >= RUN:
        yield Finding(index, "run_of_eight", where, limits, count)
    near = [_near(value, limits) == where for value in values[max(start, index - 3) : index + 1]]
    if near[-1] and sum(near) >= 3:
        yield Finding(index, "three_of_four", where, limits, count)


def _run_length(values: Sequence[float], index: int, start: int, centre: float) -> int:
    """How many values in a row, up to ``index``, lie on the side of the centre that the one there lies on."""
    where, first = side(values[index], centre), index
    while first > start and side(values[first - 1], centre) == where:
        first -= 1
    return index - first + 1


def _near(value: float, limits: Limits) -> int:
    """The side on which a value is nearer to a limit than to the centre, or beyond it; 0 if on none."""
    if side(value, (limits.centre + limits.upper) / 2) > 0:
        return 1
    return -1 if side(value, (limits.centre + limits.lower) / 2) < 0 else 0
