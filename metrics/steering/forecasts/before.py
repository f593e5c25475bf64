"""What the mart before says that follows from the same numbers, so that nothing is simulated twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Judgement = tuple[float | None, str | None, str | None]

# A mart that an older version published may lack the columns.
_HAS_COLUMN = """
    select count(*) > 0 from duckdb_columns()
    where database_name = 'previous' and table_name = ? and column_name = ?
"""
_FORECASTS = "select distinct kpi, inputs_hash from previous.kpi_forecasts"
_JUDGED = """
    select kpi, grain, period_start, attainability_hash, attainability, attainability_verdict, attainability_method
    from previous.kpi_targets where slice = '' and attainability_hash is not null
"""
_CARRY = "insert into mart.kpi_forecasts by name from previous.kpi_forecasts where list_contains(?, kpi)"


@dataclass
class Before:
    """The hashes of what the mart before says, and the KPIs whose forecasts are to be carried over."""

    forecasts: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    judged: dict[tuple[str, str, date, str], Judgement] = field(
        default_factory=dict[tuple[str, str, date, str], Judgement]
    )
    carried: list[str] = field(default_factory=list[str])

    @classmethod
    def read(cls, con: DuckDBPyConnection, has_previous: bool) -> Before:
        """Read the hashes of ``previous``, if there is one that has them."""
        if not has_previous:
            return cls()
        before = cls()
        if _has(con, "kpi_forecasts", "inputs_hash"):
            before.forecasts.update(con.execute(_FORECASTS).fetchall())
        if _has(con, "kpi_targets", "attainability_hash"):
            before.judged.update({tuple(row[:4]): tuple(row[4:]) for row in con.execute(_JUDGED).fetchall()})  # pyright: ignore[reportArgumentType, reportCallIssue]
        return before

    def has_forecasts(self, kpi: str, digest: str) -> bool:
        """Whether the mart before forecast a KPI from the same; its rows will be carried over then."""
        if (kpi, digest) not in self.forecasts:
            return False
        self.carried.append(kpi)
        return True

    def judgement(self, kpi: str, grain: str, start: date, digest: str) -> Judgement | None:
        """Return what the mart before said of a promise from the same; None if it did not."""
        return self.judged.get((kpi, grain, start, digest))

    def carry(self, con: DuckDBPyConnection) -> None:
        """Copy the forecasts that were asked for."""
        if self.carried:
            con.execute(_CARRY, [self.carried])


def _has(con: DuckDBPyConnection, table: str, column: str) -> bool:
    found = con.execute(_HAS_COLUMN, [table, column]).fetchone()
    return bool(found and found[0])
