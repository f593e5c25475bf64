"""How many outcomes were within the interval that was forecast before them, on a published mart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import mean

import duckdb

from metrics.calendar import GRAINS, Grain, load_calendar
from metrics.steering.forecasts.futures import Futures, middle_and_bounds
from metrics.steering.forecasts.horizon import AHEAD
from metrics.steering.forecasts.kpis import Kpi, read_kpis
from metrics.steering.forecasts.periods import Periods
from metrics.steering.forecasts.series import Series, known_then, read_series
from metrics.steering.forecasts.write import LOWER, UPPER
from tests.oracle.comparison import ROOT

LEAST, MOST = 0.7, 0.9  # share of outcomes that an interval of 80 % may hold
ORIGINS, APART = 13, timedelta(days=29)  # days that are forecast from; not one weekday, nor one day of the month
JUDGED: tuple[Grain, ...] = GRAINS[:-1]  # years have one outcome a KPI


@dataclass(frozen=True)
class Outcome:
    """Whether the value of a period was within its interval, ``step`` periods after the last one known."""

    grain: Grain
    step: int
    held: bool


def back_test(mart: Path, now: date) -> list[Outcome]:
    """Forecast every KPI again from days of the past, by what was known then, and compare with what came."""
    periods = Periods(load_calendar(ROOT / "metrics" / "calendar.yml"))
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
                lower, _, upper = middle_and_bounds(future, LOWER, UPPER)
                yield Outcome(grain, step, lower <= came[start] <= upper)


def table(outcomes: list[Outcome]) -> dict[str, tuple[float, int]]:
    """Share within the interval and number of outcomes: by grain one step and several ahead, by grain, and of all."""
    parts: dict[str, list[bool]] = {}
    for found in outcomes:
        ahead = "1 ahead" if found.step == 1 else "more ahead"
        for name in (f"{found.grain}, {ahead}", found.grain, "all"):
            parts.setdefault(name, []).append(found.held)
    return {name: (mean(held), len(held)) for name, held in parts.items()}


def assert_intervals_hold(mart: Path, now: date) -> None:
    """Print how many outcomes 80 % intervals held, and see that it is 70 to 90 of 100 in every grain but years."""
    shares = table(back_test(mart, now))
    for name, (share, number) in sorted(shares.items()):
        print(f"80 % intervals held {share:.1%} of {number} outcomes ({name})")
    judged = {name: share for name, (share, _) in shares.items() if name in (*JUDGED, "all")}
    assert set(judged) == {*JUDGED, "all"}
    assert all(LEAST <= share <= MOST for share in judged.values()), judged
