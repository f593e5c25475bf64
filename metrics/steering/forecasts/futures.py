"""The simulated futures of one KPI: what each period ahead may come to, by what was known on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import dropwhile
from typing import TYPE_CHECKING

import numpy as np

from metrics.calendar import Grain
from metrics.steering.forecasts.closed import open_periods, with_closed, without_values
from metrics.steering.forecasts.models import Simulated, simulate
from metrics.steering.forecasts.parts import Parts, parts_that_add_up
from metrics.steering.forecasts.scales import Bounds, bounds_of, is_of_factors
from metrics.steering.forecasts.series import Series, filled

if TYPE_CHECKING:
    from metrics.steering.forecasts.errors import Numbers
    from metrics.steering.forecasts.periods import Periods

# After how many periods a pattern returns, and how many are simulated: enough for the year under way and a quarter.
SEASONS: dict[Grain, int] = {"day": 7, "week": 52, "month": 12, "quarter": 4, "year": 1}
STEPS: dict[Grain, int] = {"day": 62, "week": 70, "month": 18, "quarter": 6, "year": 2}
MOST_LOG = 700  # beyond it no float holds the number
MOST_GAPS = 1 / 3  # of the periods of a series, beyond which it is none
# What a period ahead is made of, where values add up to it: quarters of months, and what has begun of its days.
WHOLE_OF: dict[Grain, tuple[Grain, ...]] = {"quarter": ("month",), "year": ("month", "quarter")}
BEGUN_WITH: dict[Grain, Grain] = {"week": "day", "month": "day"}


@dataclass(frozen=True)
class Future:
    """What a period may come to: one number per simulated future, ``known_to`` the last day that they rest on."""

    samples: Numbers
    method: str
    known_to: date


@dataclass(frozen=True)
class _Ahead:
    """The periods of a grain after the last known one: a row of ``paths`` each, but ``silent`` ones have no value."""

    first: int
    paths: Numbers
    method: str
    known_to: date
    silent: frozenset[int]


class Futures:
    """The futures of one KPI; ``known`` is what was known of it, grain by grain."""

    def __init__(self, kpi: str, unit: str, known: Mapping[Grain, Series], periods: Periods) -> None:
        self.kpi = kpi
        self.known = known
        self.periods = periods
        self._unit = unit
        self._ahead: dict[Grain, _Ahead | None] = {}
        self._found: dict[tuple[Grain, date], Future | None] = {}
        self._added: dict[tuple[Grain, Grain], Parts | None] = {}

    def of(self, grain: Grain, start: date) -> Future | None:
        """Return the futures of a period; None if it is known, too far ahead, or history is too short."""
        if (grain, start) not in self._found:
            self._found[grain, start] = self._of(grain, start)
        return self._found[grain, start]

    @cached_property
    def bounds(self) -> Bounds:
        """The least and the most that a value of the KPI can be, as far as its history shows."""
        return bounds_of(self._unit, [value for series in self.known.values() for value in series.values])

    def _of(self, grain: Grain, start: date) -> Future | None:
        for finer in WHOLE_OF.get(grain, ()):
            parts = self._parts(finer, grain)
            future = self._whole(parts, grain, start) if parts else None
            if future:
                return future
        begun = self._begun(grain, start) if grain in BEGUN_WITH else None
        return begun or self._alone(grain, start)

    def _alone(self, grain: Grain, start: date) -> Future | None:
        """A period as the next ones of its own grain's series."""
        ahead = self._series_ahead(grain)
        step = self.periods.place(grain, start) - ahead.first if ahead else -1
        if ahead is None or step in ahead.silent or not 0 <= step < len(ahead.paths):
            return None
        return Future(ahead.paths[step], ahead.method, ahead.known_to)

    def _begun(self, grain: Grain, start: date) -> Future | None:
        """A period some days of which are known: they and the simulated rest; None if there are none.

        Where the period is a good one in the series of its own grain, it is so here: the futures are put in that
        order, so that the periods after it follow from it.
        """
        parts = self._parts(BEGUN_WITH[grain], grain)
        if parts is None or not parts.series.within(self.periods, grain, start):
            return None
        alone, whole = self._alone(grain, start), self._whole(parts, grain, start)
        if alone is None or whole is None:
            return whole
        ranks = np.argsort(np.argsort(alone.samples, kind="stable"), kind="stable")
        return Future(np.sort(whole.samples)[ranks], whole.method, whole.known_to)

    def _whole(self, parts: Parts, grain: Grain, start: date) -> Future | None:
        """A period as the sum of its parts: those that are known, and those that are simulated."""
        finer = parts.series.grain
        known = parts.series.within(self.periods, grain, start)
        starts = self._unknown(finer, grain, start)
        ahead = [self.of(finer, part) for part in starts]
        found = [future for future in ahead if future is not None]
        if not found or len(found) < len(ahead):
            return None
        samples = parts.total(known, [(part, future.samples) for part, future in zip(starts, found, strict=True)])
        method = _joined(m if " by " in m else f"{m} by {finer}" for m in (future.method for future in found))
        return Future(self.bounds.keep(samples), method, max(future.known_to for future in found))

    def _parts(self, finer: Grain, coarser: Grain) -> Parts | None:
        if (finer, coarser) not in self._added:
            self._added[finer, coarser] = parts_that_add_up(self.known, finer, coarser, self.periods)
        return self._added[finer, coarser]

    def _unknown(self, finer: Grain, grain: Grain, start: date) -> list[date]:
        """The parts of a period after the last known one, but those that will have no value."""
        last, ahead = self.known[finer].starts[-1], self._series_ahead(finer)
        after = [part for part in self.periods.inside(finer, grain, start) if part > last]
        return [
            part for part in after if not ahead or self.periods.place(finer, part) - ahead.first not in ahead.silent
        ]

    def _series_ahead(self, grain: Grain) -> _Ahead | None:
        if grain not in self._ahead:
            self._ahead[grain] = self._simulated(grain)
        return self._ahead[grain]

    def _simulated(self, grain: Grain) -> _Ahead | None:
        series = self.known.get(grain)
        row = self._row(series) if series else []
        silent = without_values(row, SEASONS[grain])
        values = self._history([0.0 if n % SEASONS[grain] in silent else value for n, value in enumerate(row)], grain)
        if series is None or values is None:
            return None
        known_to = self.periods.end(grain, series.starts[-1])
        seed = int.from_bytes(sha256(f"{self.kpi} {grain} {known_to}".encode()).digest()[:8], "big")
        found = self._paths(np.array(values), grain, np.random.default_rng(seed))
        first = self.periods.place(grain, series.starts[-1]) + 1
        steps = frozenset(step for step in range(STEPS[grain]) if (len(row) + step) % SEASONS[grain] in silent)
        return _Ahead(first, self.bounds.keep(found.paths), found.method, known_to, steps) if found else None

    def _paths(self, values: Numbers, grain: Grain, rng: np.random.Generator) -> Simulated | None:
        """Simulate the periods in which something can happen, as logarithms where those vary alike."""
        is_open = open_periods(values, SEASONS[grain], STEPS[grain])
        worked, ahead = values[is_open[: len(values)]], is_open[len(values) :]
        season = SEASONS[grain] - int(np.sum(~ahead[: SEASONS[grain]]))
        is_log = is_of_factors(self._unit, worked)
        found = simulate(np.log(worked) if is_log else worked, season, int(ahead.sum()), rng)
        if found is None:
            return None
        paths = np.exp(np.minimum(found.paths, MOST_LOG)) if is_log else found.paths
        return Simulated(with_closed(paths, ahead), f"log {found.method}" if is_log else found.method)

    def _row(self, series: Series) -> list[float | None]:
        """The values of a series, period by period from the first that counts, None where one is missing."""
        values = list(dropwhile(lambda value: not value.is_whole, self._without_a_cut_off_first(series).values))
        places = [self.periods.place(series.grain, value.start) for value in values]
        row: list[float | None] = [None] * (places[-1] - places[0] + 1) if places else []
        for place, value in zip(places, values, strict=True):
            row[place - places[0]] = value.value if value.is_whole else None
        return row

    @staticmethod
    def _history(row: list[float | None], grain: Grain) -> list[float] | None:
        """The same with gaps filled; None if there are no values, or too many gaps."""
        return filled(row, SEASONS[grain]) if row and row.count(None) <= MOST_GAPS * len(row) else None

    def _without_a_cut_off_first(self, series: Series) -> Series:
        """Leave out a first period in which measuring began later than the period, if values of days add up to it."""
        days = self.known.get("day")
        if series.grain == "day" or not days or not days.values or days.starts[0] <= series.starts[0]:
            return series
        parts = self._parts("day", series.grain)
        return Series(series.grain, series.values[1:]) if parts and parts.is_sum else series


def middle_and_bounds(future: Future, lower: float, upper: float) -> tuple[float, float, float]:
    """Return the lower bound, the middle and the upper bound of a future, the bounds by the shares below them."""
    below, middle, above = np.quantile(future.samples, [lower, 0.5, upper])
    return float(below), float(middle), float(above)


def _joined(methods: Iterable[str]) -> str:
    return " and ".join(dict.fromkeys(methods))
