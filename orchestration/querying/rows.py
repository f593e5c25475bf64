"""Rows of the published mart as dictionaries."""

from __future__ import annotations

from collections.abc import Iterable

from metrics.steering.rows import Row, rows

__all__ = ["Row", "by_kpi", "rows"]


def by_kpi(found: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each KPI, in their order."""
    grouped: dict[str, list[Row]] = {}
    for row in found:
        grouped.setdefault(row["kpi"], []).append(row)
    return grouped
