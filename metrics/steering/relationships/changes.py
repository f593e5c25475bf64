"""Changes of a KPI from period to period: what is left of a series without its trend and its season."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from statistics import fmean

from metrics.calendar import Grain
from metrics.periods import MONTHS
from metrics.steering.signals.expected import steady_series

_ECHOES = 10


@dataclass(frozen=True)
class Changes:
    """Differences of a KPI between neighbouring periods, by the number of the later one."""

    by_period: dict[int, float]

    @cached_property
    def echoes(self) -> list[float]:
        """Autocorrelations at lags 1 to 10, from −1 to 1; 0 where too few changes are as far apart.

        Differences of noise echo by themselves: each value is in two of them.
        """
        mean = fmean(self.by_period.values()) if self.by_period else 0.0
        rest = {period: change - mean for period, change in self.by_period.items()}
        size = sum(change * change for change in rest.values())
        return [_product(rest, lag) / size if size > 0 else 0.0 for lag in range(1, _ECHOES + 1)]


def changes(values: Mapping[date, float], grain: Grain) -> Changes:
    """First differences of values by the start of their period; of one that repeats last year, against that year.

    A period whose neighbour before has no value has no change.
    """
    steady = steady_series(values, grain)
    seasonless = (
        dict(zip(steady.starts, steady.values, strict=True)) if steady and steady.basis == "year_ago" else values
    )
    numbered = {_number(start, grain): value for start, value in seasonless.items()}
    return Changes({n: value - numbered[n - 1] for n, value in sorted(numbered.items()) if n - 1 in numbered})


def _number(start: date, grain: Grain) -> int:
    """Numbers periods of a grain by their start, one after the other."""
    if grain in ("day", "week"):
        return start.toordinal() // (7 if grain == "week" else 1)
    return (start.year * 12 + start.month) // MONTHS[grain]


def _product(rest: Mapping[int, float], lag: int) -> float:
    return sum(change * rest[period - lag] for period, change in rest.items() if period - lag in rest)
