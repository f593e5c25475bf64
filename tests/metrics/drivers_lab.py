"""A mart in memory, made by hand, whose changes are explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from metrics.steering.drivers import write_drivers
from metrics.steering.rows import insert, rows
from tests.metrics.empty_mart import attach_empty_mart

TABLES = ("kpi_catalog", "kpi_values", "kpi_drivers", "kpi_explanations")
LATEST = date(2026, 3, 2)
USUAL = {
    "kind": "kpi", "lifecycle": "active", "label_en": "Conversion", "label_es": "Conversión", "review_grain": "week",
    "unit": "percent", "slices": "device",
}  # fmt: skip
Parts = tuple[float | None, float | None]


class DriversLab:
    """One company, the weeks of whose KPIs are given as what their segments are made of."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        attach_empty_mart(self.con, TABLES)

    def kpi(self, name: str = "conversion", **columns: Any) -> DriversLab:
        insert(self.con, "mart.kpi_catalog", [{**USUAL, "kpi": name, **columns}])
        return self

    def ratio(
        self,
        segments: Mapping[str, Parts],
        weeks_ago: int = 0,
        total: Parts | None = None,
        **columns: Any,
    ) -> DriversLab:
        """A week whose segments are numerators and denominators; they sum to the total unless it is given."""
        sums = [sum(parts[side] or 0 for parts in segments.values()) for side in (0, 1)]
        self._week([("", total or tuple(sums)), *segments.items()], weeks_ago, columns)
        return self

    def values(
        self, segments: Mapping[str, float], weeks_ago: int = 0, total: float | None = None, **columns: Any
    ) -> DriversLab:
        """A week whose segments are plain values of a sample of 10 each; they sum to the total unless it is given."""
        whole = sum(segments.values()) if total is None else total
        samples = {"": 10 * len(segments)}
        rows = [
            {"slice_value": name, "value": value, "sample_size": samples.get(name, 10), **columns}
            for name, value in (("", whole), *segments.items())
        ]
        self._insert(rows, weeks_ago)
        return self

    def explain(self) -> DriversLab:
        write_drivers(self.con)
        return self

    def drivers(self, weeks_ago: int = 0, compare: str = "previous") -> dict[str, dict[str, Any]]:
        """What each segment did, by its name."""
        found = self._rows("kpi_drivers", weeks_ago, compare)
        return {row["slice_value"]: row for row in found}

    def explanation(self, weeks_ago: int = 0, compare: str = "previous") -> dict[str, Any]:
        (found,) = self._rows("kpi_explanations", weeks_ago, compare)
        return found

    def _week(self, parts: Sequence[tuple[str, Any]], weeks_ago: int, columns: Mapping[str, Any]) -> None:
        rows = [
            {
                "slice_value": name,
                "numerator": above,
                "denominator": below,
                "value": above / below if above is not None and below else None,
                "sample_size": int(below or 0),
                **columns,
            }
            for name, (above, below) in parts
        ]
        self._insert(rows, weeks_ago)

    def _insert(self, rows: Sequence[Mapping[str, Any]], weeks_ago: int) -> None:
        start = LATEST - timedelta(weeks=weeks_ago)
        usual = {
            "kpi": "conversion", "grain": "week", "period_start": start, "period_end": start + timedelta(days=6),
            "is_complete": True,
        }  # fmt: skip
        made = [{**usual, "slice": "device" if row["slice_value"] else "", **row} for row in rows]
        insert(self.con, "mart.kpi_values", made)

    def _rows(self, table: str, weeks_ago: int, compare: str) -> list[dict[str, Any]]:
        query = f"select * from mart.{table} where period_start = ? and compare = ? order by all"
        return rows(self.con, query, [LATEST - timedelta(weeks=weeks_ago), compare])
