"""A tiny company with one system and one table, run by the real command in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).parents[2]
SOURCES = """
as_of: 2026-03-10T12:00:00Z
systems:
  till:
    connector: files
    time_zone: Europe/Madrid
    currency: EUR
    tables:
      orders:
        entity: orders
        path: till/*.csv
        key: [id]
        mode: upsert
        columns: {id: string, customer: string, sold_at: timestamp, net: decimal}
"""
STAGING = """
{{ config(unique_key='order_id') }}
select
    id as order_id, customer as customer_id, null::varchar as session_id, null::varchar as campaign_id,
    {{ to_utc('sold_at', 'till', 'orders') }} as ordered_at, null::timestamp as cancelled_at, 'store' as channel,
    'unknown' as acquisition_channel, 'ES' as country, 'completed' as status,
    net::decimal(30, 12) as gross_amount, 0::decimal(30, 12) as discount_amount, net::decimal(30, 12) as net_amount,
    null::decimal(30, 12) as cost_amount, {{ landed() }}
from {{ raw('till', 'orders') }}
"""
DBT_SOURCES = "sources: [{name: till, schema: raw, tables: [{name: orders}]}]"
HEADER = "id,customer,sold_at,net\n"
FIRST = ["1,ana,2026-02-03 10:00:00,10.50", "2,ben,2026-02-03 11:00:00,20", "3,ana,2026-03-01 09:00:00,5.25"]


@dataclass(frozen=True)
class CornerShop:
    """The company's folder; its run-time folders are in ``folder/data``."""

    folder: Path

    @classmethod
    def open(cls, folder: Path) -> CornerShop:
        """Declare the company and deliver its first file."""
        shop = cls(folder)
        (folder / "staging" / "till").mkdir(parents=True)
        (folder / "sources.yml").write_text(SOURCES)
        (folder / "staging" / "till" / "_till__sources.yml").write_text(DBT_SOURCES)
        (folder / "staging" / "till" / "stg_till__orders.sql").write_text(STAGING)
        shop.deliver("2026-03-01", FIRST)
        return shop

    @property
    def published(self) -> Path:
        return self.folder / "data" / "published"

    def deliver(self, name: str, rows: list[str]) -> None:
        """Write one extract."""
        file = self.folder / "till" / f"{name}.csv"
        file.parent.mkdir(exist_ok=True)
        file.write_text(HEADER + "\n".join(rows) + "\n")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command."""
        environment = {key: value for key, value in os.environ.items() if key not in ("KPI_DATA_DIR", "DAGSTER_HOME")}
        return subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", *arguments, "--company", str(self.folder)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def kpi(self, *arguments: str, code: int = 0) -> str:
        """Run the command to its end and return what it printed; fails unless it exits with ``code``."""
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=300)
        assert process.returncode == code, output
        return output

    def mf(self, *arguments: str) -> str:
        """Run MetricFlow's own command in the assembled project and return what it printed."""
        command = [str(Path(sys.executable).with_name("mf")), *arguments]
        project = self.folder / "data" / "dbt_project"
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, sql: str) -> list[tuple]:
        """Query the published mart."""
        with duckdb.connect(str(self.published / "kpi_mart.duckdb"), read_only=True) as con:
            return con.execute(sql).fetchall()

    def revenue(self, grain: str = "month") -> list[tuple]:
        """Return the published revenue of every period."""
        return self.ask(
            "select period_start::varchar, value from kpi_values "
            f"where kpi = 'total_revenue' and slice = '' and grain = '{grain}' order by 1"
        )

    def version(self) -> str:
        """Return which version readers see."""
        return (self.published / "current").readlink().name
