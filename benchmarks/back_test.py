"""Forecasts of a published mart made again from days of the past, by what was known then, beside what came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import mean

import duckdb

from metrics.calendar import Calendar, Grain
from metrics.steering.forecasts.futures import Futures, middle_and_bounds
from metrics.steering.forecasts.horizon import AHEAD
from metrics.steering.forecasts.kpis import Kpi, read_kpis
from metrics.steering.forecasts.periods import Periods
from metrics.steering.forecasts.series import Series, known_then, read_series
from metrics.steering.forecasts.write import LOWER, UPPER

ORIGINS, APART = 13, timedelta(days=29)  # days that are forecast from; not one weekday, nor one day of the month


@dataclass(frozen=True)
class Outcome:
    """What came of a period ``step`` periods after the last one known, and what had been forecast.

    ``scale`` makes misses of one KPI comparable with those of another: the mean of its values' sizes.
    """

    grain: Grain
    step: int
    came: float
    forecast: float
    lower: float
    upper: float
    scale: float

    @property
    def held(self) -> bool:
        """Whether the value was within the interval."""
        return self.lower <= self.came <= self.upper


def back_test(mart: Path, calendar: Calendar, now: date) -> list[Outcome]:
    """Forecast every active KPI as of days before ``now``, at the grains of its review and its promises."""
    periods = Periods(calendar)
    with duckdb.connect() as con:
        con.execute(f"attach '{mart}' as mart (read_only)")
        kpis, series = [kpi for kpi in read_kpis(con) if kpi.is_active], read_series(con)
    origins = [now - APART * number for number in range(1, ORIGINS + 1)]
    return [found for kpi in kpis for day in origins for found in _outcomes(kpi, series[kpi.name], day, periods)]


def _outcomes(kpi: Kpi, series: dict[Grain, Series], day: date, periods: Periods) -> Iterator[Outcome]:
    futures = Futures(kpi.name, kpi.unit, known_then(series, day), periods)
    for grain in kpi.grains():
        came = {value.start: value.value for value in series[grain].values}
        known = futures.known[grain].starts
        for step in range(1, AHEAD[grain] + 1) if known else ():
            start = periods.ahead(grain, known[-1], step)
            future = futures.of(grain, start) if start in came else None
            if future:
                lower, forecast, upper = middle_and_bounds(future, LOWER, UPPER)
                scale = mean(abs(value) for value in came.values())
                yield Outcome(grain, step, came[start], forecast, lower, upper, scale)


def shares_held(outcomes: list[Outcome]) -> dict[str, tuple[float, int]]:
    """Share within the interval and number of outcomes: by grain one step and several ahead, by grain, and of all."""
    parts: dict[str, list[bool]] = {}
    for found in outcomes:
        ahead = "1 ahead" if found.step == 1 else "more ahead"
        for name in (f"{found.grain}, {ahead}", found.grain, "all"):
            parts.setdefault(name, []).append(found.held)
    return {name: (mean(held), len(held)) for name, held in parts.items()}
