"""What to generate: seed, size, period, and the spans of days that are worked on at a time."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from data.sample_company.clock import DAY, day_number, day_of, to_utc
from data.sample_company.faults import NAMES, Faults
from data.sample_company.season import weights
from data.sample_company.streams import stream

_DAYS_IN_A_SPAN = 31


@dataclass(frozen=True)
class Span:
    """Consecutive local days within one month; ``index`` counts the spans from 0."""

    index: int
    first: int
    last: int

    @property
    def days(self) -> np.ndarray:
        """Day numbers of the span."""
        return np.arange(self.first, self.last + 1)


@dataclass(frozen=True)
class Plan:
    """One sample company: two years up to and including ``end`` (a local day), at ``scale``."""

    seed: int = 7
    scale: float = 1.0
    end: date = date(2026, 9, 30)
    active: frozenset[str] = field(default_factory=lambda: frozenset(NAMES))

    @cached_property
    def faults(self) -> Faults:
        """The faults that this company hides."""
        return Faults(self.active, day_of(self.first), self.end)

    @cached_property
    def first(self) -> int:
        """Day number of the first local day."""
        after = self.end + timedelta(days=1)
        is_leap_day = (after.month, after.day) == (2, 29)
        return day_number(after.replace(year=after.year - 2, day=28 if is_leap_day else after.day))

    @cached_property
    def days(self) -> np.ndarray:
        """All local day numbers."""
        return np.arange(self.first, day_number(self.end) + 1)

    @cached_property
    def as_of(self) -> int:
        """The generated now: midnight after the last local day, as a UTC moment."""
        return int(to_utc(np.array([(self.days[-1] + 1) * DAY]))[0])

    def rng(self, name: str, part: int = 0) -> np.random.Generator:
        """The random stream ``name`` of this company."""
        return stream(self.seed, name, part)

    def spans(self) -> Iterator[Span]:
        """The period in spans of days; the larger the company, the fewer days, so that memory stays the same."""
        length = max(1, math.floor(_DAYS_IN_A_SPAN / max(1.0, self.scale)))
        start, index, last = self.first, 0, int(self.days[-1])
        while start <= last:
            following = day_number((day_of(start).replace(day=1) + timedelta(days=32)).replace(day=1))
            stop = min(start + length, following, last + 1)
            yield Span(index, start, stop - 1)
            start, index = stop, index + 1

    def counts(self, name: str, total: float, week: tuple[float, ...], **shape: float) -> np.ndarray:
        """How many of ``name`` happen on each day: about ``total`` × scale over the two years."""
        expected = weights(self.days, week, **shape) * total * self.scale
        return self.rng(f"{name}.counts").poisson(expected)

    def on(self, span: Span, per_day: np.ndarray) -> np.ndarray:
        """The part of a per-day array that falls in ``span``."""
        return per_day[span.first - self.first : span.last - self.first + 1]

    def before(self, span: Span, per_day: np.ndarray) -> int:
        """Sum of a per-day array over the days before ``span``."""
        return int(per_day[: span.first - self.first].sum())
