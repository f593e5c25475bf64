"""A mart in memory, made by hand, whose KPIs are forecast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from metrics.calendar import GRAINS, Calendar, Grain
from metrics.periods import period_of
from metrics.steering.forecasts import write_forecasts
from metrics.steering.rows import insert
from tests.metrics.empty_mart import attach_empty_mart

AS_OF = datetime(2026, 7, 1)
TODAY = date(2026, 7, 1)
CALENDAR = Calendar("UTC", "monday", 1, date(2023, 1, 1), "EUR")
TABLES = ("kpi_catalog", "kpi_values", "kpi_scorecard", "kpi_targets", "kpi_forecasts")
USUAL = {
    "kind": "kpi", "lifecycle": "active", "review_grain": "month", "direction": "increase", "unit": "currency",
    "matures_after_days": 0,
}  # fmt: skip
JUDGED = {
    "kpi_targets": ("attainability", "attainability_verdict", "attainability_method", "attainability_hash"),
    "kpi_scorecard": ("forecast", "forecast_lower", "forecast_upper", "probability_on_target", "attainability"),
}
Fraction = tuple[float, float]


class ForecastsLab:
    """One company at the beginning of 1 July 2026; ``publish`` makes its mart the previous one."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        self.has_previous = False
        self._new_mart()

    def kpi(self, name: str = "sales", **columns: Any) -> ForecastsLab:
        row = {**USUAL, "kpi": name, **columns}
        insert(self.con, "mart.kpi_catalog", [row])
        if row["lifecycle"] == "active" and row["kind"] == "kpi":
            insert(self.con, "mart.kpi_scorecard", [{"kpi": name}])
        return self

    def values(
        self, numbers: Sequence[float], kpi: str = "sales", grain: Grain = "month", before: date = TODAY
    ) -> ForecastsLab:
        """Values of neighbouring periods, the last of which ends before a day."""
        rows: list[dict[str, Any]] = []
        end = before
        for number in reversed(numbers):
            period = period_of(end - timedelta(days=1), grain, CALENDAR)
            rows.append(_row(kpi, grain, period.start, number, None))
            end = period.start
        insert(self.con, "mart.kpi_values", rows)
        return self

    def days(self, numbers: Mapping[date, float | Fraction], kpi: str = "sales", matures: int = 0) -> ForecastsLab:
        """Values of days and of all that they add up to, as sums or, of (numerator, denominator), as ratios of sums."""
        rows: list[dict[str, Any]] = []
        for grain in GRAINS:
            whole: dict[date, list[float | Fraction]] = {}
            for day, number in numbers.items():
                whole.setdefault(period_of(day, grain, CALENDAR).start, []).append(number)
            for start, parts in whole.items():
                if all(isinstance(part, tuple) for part in parts):
                    above, below = (sum(side) for side in zip(*parts, strict=True))
                    rows.append(_row(kpi, grain, start, above / below, (above, below), matures))
                else:
                    rows.append(_row(kpi, grain, start, sum(parts), None, matures))
        insert(self.con, "mart.kpi_values", rows)
        return self

    def target(
        self, start: date, value: float | None, kpi: str = "sales", grain: Grain = "month", **columns: Any
    ) -> ForecastsLab:
        """The promise of a period, set on its first day unless said otherwise."""
        row = {
            "kpi": kpi, "grain": grain, "period_start": start, "slice": "", "slice_value": "", "value": value,
            "promised_grain": grain, "set_at": start, **columns,
        }  # fmt: skip
        insert(self.con, "mart.kpi_targets", [row])
        return self

    def goal(self, start: date, kpi: str = "sales", grain: Grain = "month", status: str | None = None) -> ForecastsLab:
        """What the scorecard names as the promise under way, and how its value was judged."""
        change = "update mart.kpi_scorecard set goal_grain = ?, goal_start = ? where kpi = ?"
        self.con.execute(change, [grain, start, kpi])
        change = "update mart.kpi_values set status = ? where grain = ? and period_start = ? and kpi = ?"
        self.con.execute(change, [status, grain, start, kpi])
        return self

    def foresee(self, as_of: datetime = AS_OF) -> ForecastsLab:
        write_forecasts(self.con, as_of, CALENDAR, self.has_previous)
        return self

    def publish(self) -> ForecastsLab:
        """Make the mart the previous one, and begin one with the same catalogue, values, targets and goals."""
        self.con.execute("detach database if exists previous")
        self.con.execute("attach ':memory:' as previous")
        self.con.execute("copy from database mart to previous")
        self.con.execute("detach mart")
        self._new_mart()
        for table in TABLES[:-1]:
            self.con.execute(f"insert into mart.{table} by name from previous.{table}")
        for table, columns in JUDGED.items():
            nothing = ", ".join(f"{column} = null" for column in columns)
            self.con.execute(f"update mart.{table} set {nothing}")
        self.has_previous = True
        return self

    def forecasts(self, columns: str = "*", **where: Any) -> list[tuple[Any, ...]]:
        conditions = " and ".join(["true", *(f"{column} = ${column}" for column in where)])
        query = f"select {columns} from mart.kpi_forecasts where {conditions} order by kpi, grain, period_start"
        return self.con.execute(query, where).fetchall()

    def judged(self, start: date, kpi: str = "sales", grain: Grain = "month") -> tuple[Any, ...]:
        """(attainability, its verdict, its method) of a promise."""
        query = """
            select attainability, attainability_verdict, attainability_method from mart.kpi_targets
            where kpi = ? and grain = ? and period_start = ?
        """
        (row,) = self.con.execute(query, [kpi, grain, start]).fetchall()
        return row

    def card(self, kpi: str = "sales") -> tuple[Any, ...]:
        """(forecast, lower, upper, probability on target, attainability) of the scorecard."""
        columns = "forecast, forecast_lower, forecast_upper, probability_on_target, attainability"
        (row,) = self.con.execute(f"select {columns} from mart.kpi_scorecard where kpi = ?", [kpi]).fetchall()
        return row

    def _new_mart(self) -> None:
        attach_empty_mart(self.con, TABLES)


def _row(
    kpi: str, grain: Grain, start: date, value: float, fraction: Fraction | None, matures: int = 0
) -> dict[str, Any]:
    period = period_of(start, grain, CALENDAR)
    above, below = fraction or (None, None)
    return {
        "kpi": kpi, "grain": grain, "period_start": period.start, "period_end": period.last_day, "slice": "",
        "slice_value": "", "value": value, "numerator": above, "denominator": below, "sample_size": 50,
        "is_complete": period.end + timedelta(days=matures) <= TODAY,
    }  # fmt: skip


def each_day(first: date, number: int) -> list[date]:
    return [first + timedelta(days=place) for place in range(number)]
