"""Rows of the published mart as dictionaries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]


def rows(con: DuckDBPyConnection, sql: str, parameters: list[Any] | dict[str, Any] | None = None) -> list[Row]:
    """Run a query and return its rows as dictionaries."""
    result = con.execute(sql, parameters or [])
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def by_kpi(found: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each KPI, in their order."""
    grouped: dict[str, list[Row]] = {}
    for row in found:
        grouped.setdefault(row["kpi"], []).append(row)
    return grouped
