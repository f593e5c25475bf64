"""Writes what KPIs will come to, and how attainable their targets were when they were set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from metrics.calendar import Calendar, Grain
from metrics.steering.forecasts.before import Before
from metrics.steering.forecasts.digests import digest
from metrics.steering.forecasts.horizon import Horizon
from metrics.steering.forecasts.kpis import Kpi, Promise, read_kpis
from metrics.steering.forecasts.periods import Periods
from metrics.steering.forecasts.scorecards import write_scorecards
from metrics.steering.forecasts.series import Series, known_then, read_series
from metrics.steering.rows import insert

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from metrics.steering.forecasts.futures import Futures

Row = dict[str, object]
LOWER, UPPER = 0.1, 0.9  # of the futures: an interval that holds 80 of 100
TOO_EASY, NOT_ATTAINABLE = 0.95, 0.05  # shares of the futures that reach a target
_JUDGE = """
    update mart.kpi_targets as t
    set attainability = j.attainability, attainability_verdict = j.attainability_verdict,
        attainability_method = j.attainability_method, attainability_hash = j.attainability_hash
    from judged as j
    where t.kpi = j.kpi and t.grain = j.grain and t.period_start = j.period_start and t.slice = ''
"""


def write_forecasts(con: DuckDBPyConnection, as_of: datetime, calendar: Calendar, has_previous: bool) -> None:
    """Fill ``mart.kpi_forecasts``, the attainability of ``mart.kpi_targets`` and the forecasts of scorecards.

    Whatever follows from the same numbers as in ``previous`` is taken from there.

    Args:
        con: has ``mart`` with values, targets and scorecards attached, and ``previous`` if there was one.
        as_of: the run's now, naive UTC.
        calendar: the company's.
        has_previous: whether a mart was published before.
    """
    horizon = Horizon.at(as_of, Periods(calendar))
    before = Before.read(con, has_previous)
    series = read_series(con)
    forecasts: list[Row] = []
    judged: list[Row] = []
    for kpi in read_kpis(con):
        foreseen = _Foreseen(kpi, series.get(kpi.name, {}), horizon, before)
        forecasts += foreseen.forecasts() if kpi.is_active else []
        judged += foreseen.judged()
    if forecasts:
        insert(con, "mart.kpi_forecasts", forecasts)
    before.carry(con)
    _judge(con, judged)
    write_scorecards(con)


def _judge(con: DuckDBPyConnection, judged: list[Row]) -> None:
    if judged:
        con.execute("create or replace temp table judged as from mart.kpi_targets limit 0")
        insert(con, "judged", judged)
        con.execute(_JUDGE)
        con.execute("drop table judged")


class _Foreseen:
    """What is said of one KPI; its futures are simulated only if they are needed, once for each state of knowledge."""

    def __init__(self, kpi: Kpi, series: Mapping[Grain, Series], horizon: Horizon, before: Before) -> None:
        self.kpi = kpi
        self.series = series
        self.horizon = horizon
        self.before = before
        self._futures: dict[tuple[int, ...], Futures] = {}

    def forecasts(self) -> list[Row]:
        """Rows of kpi_forecasts; none if the mart before has them, which are carried over then."""
        kpi = self.kpi
        asked: list[tuple[Grain, date]] = [
            (grain, start) for grain in kpi.grains() for start in self.horizon.ahead(kpi, grain)
        ]
        known = known_then(self.series, self.horizon.now)
        promised = [(period, kpi.promises[period].goal.text if period in kpi.promises else None) for period in asked]
        found = digest(known, kpi.name, kpi.unit, kpi.direction, promised)
        if self.before.has_forecasts(kpi.name, found):
            return []
        rows = (self._forecast(known, grain, start) for grain, start in asked)
        return [{**row, "inputs_hash": found} for row in rows if row]

    def judged(self) -> list[Row]:
        """What kpi_targets says of the promises that are judged."""
        return [
            self._judged(grain, start, promise)
            for (grain, start), promise in self.kpi.promises.items()
            if promise.is_own and self.horizon.judges(grain, start)
        ]

    def _forecast(self, known: Mapping[Grain, Series], grain: Grain, start: date) -> Row | None:
        from metrics.steering.forecasts.futures import middle_and_bounds

        future = self._of(known).of(grain, start)
        if future is None:
            return None
        promise = self.kpi.promises.get((grain, start))
        lower, forecast, upper = middle_and_bounds(future, LOWER, UPPER)
        return {
            "kpi": self.kpi.name,
            "grain": grain,
            "period_start": start,
            "period_end": self.horizon.periods.end(grain, start),
            "forecast": forecast,
            "lower": lower,
            "upper": upper,
            "target": promise and promise.goal.value,
            "target_low": promise and promise.goal.low,
            "target_high": promise and promise.goal.high,
            "probability_on_target": promise and promise.goal.chance(future.samples),
            "method": future.method,
            "known_to": future.known_to,
        }

    def _judged(self, grain: Grain, start: date, promise: Promise) -> Row:
        known = known_then(self.series, min(promise.set_at, self.horizon.now))
        found = digest(known, self.kpi.name, self.kpi.unit, grain, start, promise.goal.text)
        judgement = self.before.judgement(self.kpi.name, grain, start, found)
        if judgement is None:
            future = self._of(known).of(grain, start)
            chance = promise.goal.chance(future.samples) if future else None
            judgement = chance, _verdict(chance), future.method if future else None
        names = ("attainability", "attainability_verdict", "attainability_method")
        key: Row = {"kpi": self.kpi.name, "grain": grain, "period_start": start, "attainability_hash": found}
        return {**key, **dict(zip(names, judgement, strict=True))}

    def _of(self, known: Mapping[Grain, Series]) -> Futures:
        """The futures by what was known: values become known one after the other, so their numbers tell which."""
        from metrics.steering.forecasts.futures import Futures

        state = tuple(len(one.values) for one in known.values())
        if state not in self._futures:
            self._futures[state] = Futures(self.kpi.name, self.kpi.unit, known, self.horizon.periods)
        return self._futures[state]


def _verdict(chance: float | None) -> str | None:
    if chance is None:
        return None
    return "too_easy" if chance > TOO_EASY else "not_attainable" if chance < NOT_ATTAINABLE else "attainable"
