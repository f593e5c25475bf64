"""A mart in memory, made by hand, whose values are charted and weighed against each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from metrics.calendar import Calendar, Grain
from metrics.periods import period_of
from metrics.steering.relationships import write_relationships
from metrics.steering.rows import insert
from metrics.steering.signals import read_series, write_signals
from tests.metrics.empty_mart import attach_empty_mart

TODAY = date(2026, 3, 10)
CALENDAR = Calendar("UTC", "monday", 1, date(2024, 1, 1), "EUR", frozenset({date(2026, 1, 6)}))
TABLES = ("kpi_catalog", "kpi_values", "kpi_control_limits", "kpi_signals", "kpi_relationships")
USUAL = {
    "kind": "kpi", "lifecycle": "active", "label_en": "Revenue", "label_es": "Ingresos", "review_grain": "week",
    "direction": "increase", "unit": "count", "timing": "lagging",
}  # fmt: skip


class SignalsLab:
    """One company on Tuesday, 10 March 2026, of which the values are given period by period."""

    def __init__(self, calendar: Calendar = CALENDAR) -> None:
        self.calendar = calendar
        self.con = duckdb.connect()
        attach_empty_mart(self.con, TABLES)

    def kpi(self, name: str = "revenue", **columns: Any) -> SignalsLab:
        insert(self.con, "mart.kpi_catalog", [{**USUAL, "kpi": name, **columns}])
        return self

    def values(
        self,
        values: Sequence[float | None],
        kpi: str = "revenue",
        grain: Grain = "week",
        until: date = date(2026, 3, 8),
        **columns: Any,
    ) -> SignalsLab:
        """Values of neighbouring periods, the last of which contains ``until``; by default the last complete week."""
        rows: list[dict[str, Any]] = []
        period = period_of(until, grain, self.calendar)
        for value in reversed(values):
            rows.append(
                {
                    "kpi": kpi, "grain": grain, "period_start": period.start, "period_end": period.last_day,
                    "slice": "", "slice_value": "", "value": value, "sample_size": 50, "is_complete": True, **columns,
                }
            )  # fmt: skip
            period = period_of(period.start - timedelta(days=1), grain, self.calendar)
        insert(self.con, "mart.kpi_values", rows)
        return self

    def change(self, start: date, kpi: str = "revenue", **columns: Any) -> SignalsLab:
        """Change a value that was given."""
        named = ", ".join(f"{column} = ?" for column in columns)
        update = f"update mart.kpi_values set {named} where kpi = ? and period_start = ?"
        self.con.execute(update, [*columns.values(), kpi, start])
        return self

    def without(self, *starts: date) -> SignalsLab:
        """Take away the rows of some periods."""
        self.con.execute("delete from mart.kpi_values where period_start in (select unnest(?))", [list(starts)])
        return self

    def gap(self, first_day: date, last_day: date, kpi: str = "revenue") -> SignalsLab:
        """Data of a KPI that is missing, as certification finds it."""
        self.con.execute("""
            create temp table if not exists gaps (
                kpi varchar, topic varchar, first_day date, last_day date, rows bigint, expected bigint
            )
        """)
        row = {"kpi": kpi, "topic": "fct_orders.ordered_day", "first_day": first_day, "last_day": last_day}
        insert(self.con, "gaps", [{**row, "rows": 0, "expected": 100}])
        return self

    def judge(self) -> SignalsLab:
        charted = list(read_series(self.con, TODAY, self.calendar))
        write_signals(self.con, charted, self.calendar)
        write_relationships(self.con, charted)
        return self

    def signals(self, columns: str = "period_start, rule", **where: Any) -> list[tuple[Any, ...]]:
        return self._rows(f"select {columns} from mart.kpi_signals", where)

    def limits(self, columns: str = "period_start", **where: Any) -> list[tuple[Any, ...]]:
        return self._rows(f"select {columns} from mart.kpi_control_limits", where)

    def _rows(self, query: str, where: dict[str, Any]) -> list[tuple[Any, ...]]:
        conditions = " and ".join(["true", *(f"{column} = ${column}" for column in where)])
        return self.con.execute(f"{query} where {conditions} order by kpi, grain, period_start", where).fetchall()


def alternating(number: int, low: float = 98, high: float = 102) -> list[float]:
    """A series whose moving ranges are all alike: by default 100 ± 10.64."""
    return [low if index % 2 else high for index in range(number)]


def starts(rows: Iterable[tuple[Any, ...]]) -> list[date]:
    return [row[0] for row in rows]
