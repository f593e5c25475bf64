"""A chart in phases: limits stay as they were until values stay elsewhere, and never follow the change they show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median

from metrics.steering.signals.rules import Finding, broken_rules, side
from metrics.steering.signals.xmr import Limits, moving_ranges, natural_limits

# As many values as limits need: a chart has at least these, and a level that lasts as long is a new one.
ENOUGH = 12
_BASELINE = 48


@dataclass(frozen=True)
class Phase:
    """Values from ``start`` on that vary around one level; from ``known`` on they are judged by it."""

    start: int
    known: int
    limits: Limits


def find_phases(values: Sequence[float], ranges: Sequence[float] | None = None) -> list[Phase]:
    """Split a series where twelve values in a row lie on one side of the centre: there a new phase begins.

    The limits of a phase are those of its baseline: the first half of its values, at least 12 and at most 48.
    """
    ranges = moving_ranges(values) if ranges is None else ranges
    phases: list[Phase] = []
    start: int | None = 0
    while start is not None:
        centre = _limits(values, ranges, start, len(values)).centre
        shift = _next_shift(values, start, centre)
        limits = _limits(values, ranges, start, len(values) if shift is None else shift)
        phases.append(Phase(start, start + ENOUGH - 1 if start else 0, limits))
        start = shift
    return phases


def find_signals(values: Sequence[float], phases: Sequence[Phase], since: int = 0) -> Iterator[Finding]:
    """Judge the values from index ``since`` on by the level that was known of when each came.

    A level shift is told where the new level begins. What was found before it was known stays: it is its proof.
    """
    for before, phase in pairwise(phases):
        if phase.start >= since:
            where = side(fmean(values[phase.start : phase.start + ENOUGH]), before.limits.centre)
            yield Finding(phase.start, "level_shift", where, phase.limits, ENOUGH, before.limits)
    for index in range(since, len(values)):
        phase = next(phase for phase in reversed(phases) if phase.known <= index)
        yield from broken_rules(values, index, phase.start, phase.limits)


def phase_of(phases: Sequence[Phase], index: int) -> int:
    """The number of the phase, from 1, that a value belongs to."""
    return sum(phase.start <= index for phase in phases)


def _limits(values: Sequence[float], ranges: Sequence[float], start: int, end: int) -> Limits:
    stop = start + min(_BASELINE, max(ENOUGH, (end - start) // 2), end - start)
    if stop - start > 1 and median(ranges[start : stop - 1]) == 0:
        stop = end  # where most neighbours are alike, as with rare events, a few of them say nothing of noise
    return natural_limits(values[start:stop], ranges[start : stop - 1])


def _next_shift(values: Sequence[float], start: int, centre: float) -> int | None:
    """Where a run of twelve begins, leaving at least two values before it, as a range needs."""
    first, where = start, 0
    for index in range(start, len(values)):
        if side(values[index], centre) != where:
            first, where = index, side(values[index], centre)
        if where and index - first + 1 == ENOUGH and first >= start + 2:
            return first
    return None
