"""A published mart as rows of Python, read from its Parquet files without SQL, and the facts beside it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.dataset

Row = dict[str, Any]


class Published:
    """The Parquet files of the mart, and the facts beside it, as rows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def rows(self, table: str, **where: Any) -> list[Row]:
        """The rows of a table with these values."""
        found = pyarrow.dataset.dataset(self.folder / "parquet" / f"{table}.parquet").to_table().to_pylist()
        return [row for row in found if all(row[column] == value for column, value in where.items())]

    def facts(self, table: str, *columns: str) -> list[Row]:
        """Columns of a fact, read from the files that are this version's."""
        with duckdb.connect(str(self.folder / "warehouse.duckdb"), read_only=True) as con:
            relation = con.table(f"marts.{table}").select(*columns)
            return [dict(zip(columns, row, strict=True)) for row in relation.fetchall()]

    @cached_property
    def values(self) -> list[Row]:
        return self.rows("kpi_values")

    @cached_property
    def revenue(self) -> dict[date, float]:
        """Month → net amount of the orders of its days."""
        sums: dict[date, float] = defaultdict(float)
        for order in self.facts("fct_orders", "ordered_day", "net_amount"):
            sums[order["ordered_day"].replace(day=1)] += float(order["net_amount"])
        return sums

    def totals(self, kpi: str, grain: str) -> dict[date, Row]:
        return {
            row["period_start"]: row
            for row in self.values
            if (row["kpi"], row["grain"], row["slice"]) == (kpi, grain, "")
        }

    def latest(self, kpi: Row) -> Row:
        """The newest complete total of a row of the catalogue at its review grain; all None where there is none."""
        totals = self.totals(kpi["kpi"], kpi["review_grain"]).values()
        known = [row for row in totals if row["is_complete"] and row["value"] is not None]
        nothing = dict.fromkeys(self.values[0])
        return max(known, key=lambda row: row["period_start"]) if known else nothing

    @cached_property
    def certificates(self) -> dict[str, Row]:
        """KPI → what the newest run says."""
        newest = max(self.rows("kpi_runs", status="published"), key=lambda run: run["started_at"])
        return {row["kpi"]: row for row in self.rows("kpi_certifications", run_id=newest["run_id"])}
