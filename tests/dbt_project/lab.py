"""A small warehouse under the real dbt project: land rows, run dbt, read facts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.split import declared_schema
from orchestration.declarations.sources import load_sources
from orchestration.pulling.landing import SCHEMA_PULL
from orchestration.warehouse import DDL

ROOT = Path(__file__).parents[2]
CALENDAR = {
    "time_zone": "Europe/Madrid",
    "week_starts_on": "monday",
    "fiscal_year_starts": 1,
    "first_day": "2024-01-01",
    "currency": "EUR",
}


class Lab:
    """The sample company's declared tables, with batches landed by hand and dbt run for real."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.sources = load_sources(ROOT / "data" / "sources.yml")
        self.project = folder / "dbt_project"
        shutil.copytree(
            ROOT / "dbt_project",
            self.project,
            ignore=shutil.ignore_patterns("target", "logs", "kpi_*", "generated", "exposures.yml"),
        )
        (folder / "warehouse").mkdir(parents=True)
        self.batches: list[tuple[Any, ...]] = []
        self.runs = 0
        for table in self.sources.pulled():
            self._write(table.system, table.name, SCHEMA_PULL, [])

    def land(
        self, system: str, table: str, rows: list[dict[str, Any]], rows_quarantined: int = 0, pull: str | None = None
    ) -> None:
        """Land ``rows`` as the next pull of a table; missing columns are NULL."""
        pull = pull or f"2025{len(self.batches):04d}T000000000000"
        self._write(system, table, pull, rows, rows_quarantined)

    def _write(self, system, table, pull, rows, rows_quarantined=0):
        schema = declared_schema(self.sources.table(system, table).columns)
        path = self.folder / "raw" / system / table / f"{pull}-000.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        complete = [{name: row.get(name) for name in schema.names} for row in rows]
        pq.write_table(pa.Table.from_pylist(complete, schema=schema), path)
        now = datetime(2025, 1, 1) + timedelta(seconds=len(self.batches))
        self.batches.append((system, table, f"{pull}-000", pull, str(path), now, len(rows), rows_quarantined))

    def run(self, as_of: datetime, full_refresh: bool = False) -> None:
        """Run every staging, intermediate and mart model as of ``as_of`` (UTC)."""
        if full_refresh:
            (self.folder / "warehouse" / "warehouse.duckdb").unlink(missing_ok=True)
        self.runs += 1
        with self.connect() as con:
            con.execute(DDL)
            con.execute(
                "insert into control.runs (run_id, run_seq, started_at, as_of) values (?, ?, ?, ?)",
                [f"run{self.runs}", self.runs, as_of, as_of],
            )
            con.execute("delete from control.batches")
            con.executemany("insert into control.batches values (?, ?, ?, ?, ?, ?, ?, ?)", self.batches)
        self.dbt("run", "--select", "staging", "intermediate", "marts", "calendar")

    def dbt(self, *arguments: str) -> str:
        """Run dbt in the project; its output, or an AssertionError with it."""
        variables = {
            "sources": self.sources.dbt_vars_sources(),
            "entities": self.sources.entities(),
            "calendar": CALENDAR,
        }
        command = [
            sys.executable,
            "-m",
            "dbt.cli.main",
            *arguments,
            "--target",
            "warehouse",
            "--vars",
            json.dumps(variables),
        ]
        environment = {**os.environ, "KPI_DATA_DIR": str(self.folder), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
        done = subprocess.run(command, cwd=self.project, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.folder / "warehouse" / "warehouse.duckdb"))

    def facts(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every fact and dimension as sorted rows."""
        with self.connect() as con:
            names = [
                r[0]
                for r in con.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
            ]
            return {name: con.execute(f"select * from marts.{name} order by all").fetchall() for name in sorted(names)}

    def changes(self, prefix: str) -> list[tuple[Any, ...]]:
        """What the log of changes holds under topics that start with ``prefix``."""
        with self.connect() as con:
            query = "select topic, key, seq from control.changes where starts_with(topic, ?) order by seq"
            return con.execute(query, [prefix]).fetchall()
