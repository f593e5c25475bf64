"""A warehouse and a mart in memory, made by hand, in which KPIs are certified."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from metrics.calendar import Calendar
from metrics.steering.checks import Check
from metrics.steering.proof.certification import Evidence, certify
from metrics.steering.rows import insert, rows
from tests.metrics.empty_mart import attach_empty_mart

AS_OF = datetime(2026, 3, 10, 12)
CALENDAR = Calendar("UTC", "monday", 1, date(2025, 1, 1), "EUR")
WAREHOUSE = """
attach ':memory:' as warehouse;
create schema warehouse.control; create schema warehouse.staging; create schema warehouse.kpi;
create table warehouse.control.sources (
    system varchar, table_name varchar, entity varchar, mode varchar, freshness_hours double
);
create table warehouse.control.batches (system varchar, table_name varchar, pulled_at timestamp);
create table warehouse.kpi.kpi_input_days (kpi varchar, topic varchar, day date, rows bigint);
"""
USUAL = {
    "version": 1, "definition_hash": "a", "kind": "kpi", "lifecycle": "active", "label_en": "Revenue",
    "label_es": "Ingresos", "review_grain": "day", "freshness": "24h", "has_total": True, "needs_en": "paid orders",
    "needs_es": "pedidos pagados", "entities": "orders",
}  # fmt: skip
TABLES = ("kpi_catalog", "kpi_values", "kpi_scorecard", "kpi_certifications", "kpi_checks", "kpi_runs")
HOURS = {"h": 1, "d": 24, "w": 168}


class ProofLab:
    """One company; ``certify`` judges it as a run does, and ``publish`` makes its mart the previous one."""

    def __init__(self) -> None:
        self.con = duckdb.connect()
        self.con.execute(WAREHOUSE)
        self.events: dict[str, list[str]] = {}
        self.runs = 0
        self._new_mart()

    @classmethod
    def of_orders(cls, **kpi: Any) -> ProofLab:
        """A shop whose KPI ``revenue`` is in order: an order two hours ago, and yesterday's value."""
        lab = cls()
        lab.source("shop.orders", "orders")
        lab.staged("shop.orders", ordered_at=[AS_OF - timedelta(hours=2)])
        lab.kpi("revenue", ["shop.orders"], **kpi)
        lab.value("revenue", date(2026, 3, 9))
        return lab

    def source(self, table: str, entity: str | None, limit: float | None = None) -> None:
        system, name = table.split(".")
        row = [system, name, entity, "upsert", limit]
        self.con.execute("insert into warehouse.control.sources values (?, ?, ?, ?, ?)", row)

    def staged(self, table: str, **columns: Sequence[datetime | date | None]) -> None:
        """Rows of a source table as staged: column → its values."""
        model = f'warehouse.staging."stg_{table.replace(".", "__")}"'
        kinds = {name: "date" if name == "day" else "timestamp" for name in columns}
        self.con.execute(f"create or replace table {model} ({', '.join(f'{n} {k}' for n, k in kinds.items())})")
        for row in zip(*columns.values(), strict=True):
            self.con.execute(f"insert into {model} values ({', '.join('?' * len(row))})", list(row))

    def kpi(self, name: str, events: Iterable[str] = (), **columns: Any) -> None:
        self.events[name] = list(events)
        row = {**USUAL, "kpi": name, **columns}
        row["freshness_hours"] = int(row["freshness"][:-1]) * HOURS[row["freshness"][-1]]
        insert(self.con, "mart.kpi_catalog", [row])
        if row["lifecycle"] == "active" and row["kind"] == "kpi":
            insert(self.con, "mart.kpi_scorecard", [{"kpi": name}])

    def value(self, kpi: str, start: date, value: float | None = 100, days: int = 1, **columns: Any) -> None:
        """A value of a period of some days; by default the total of a complete day, over 50 rows."""
        row = {
            "kpi": kpi, "grain": "day", "period_start": start, "period_end": start + timedelta(days=days - 1),
            "slice": "", "slice_value": "", "value": value, "sample_size": 50, "is_complete": True, **columns,
        }  # fmt: skip
        insert(self.con, "mart.kpi_values", [row])
        if row["slice"] == "" and row["is_complete"]:
            update = "update mart.kpi_scorecard set value = ?, period_start = ? where kpi = ?"
            self.con.execute(update, [value, start, kpi])

    def input_days(self, kpi: str, counts: Mapping[date, int], topic: str = "fct_orders.ordered_day") -> None:
        rows = [{"kpi": kpi, "topic": topic, "day": day, "rows": count} for day, count in counts.items()]
        insert(self.con, "warehouse.kpi.kpi_input_days", rows)

    def certify(
        self,
        *checks: Check,
        as_of: datetime = AS_OF,
        calendar: Calendar = CALENDAR,
        approved: Mapping[str, tuple[int, str]] | None = None,
        downstream: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Judge as run ``run1``, ``run2``, …; every definition is approved unless ``approved`` is given."""
        self.runs += 1
        self.insert_run(f"run{self.runs}", as_of)
        known = "select kpi, version, definition_hash from mart.kpi_catalog"
        locked = {kpi: (version, digest) for kpi, version, digest in self.con.execute(known).fetchall()}
        evidence = Evidence(
            as_of=as_of,
            calendar=calendar,
            approved=locked if approved is None else approved,
            checks=checks,
            kpis_of=lambda name: (downstream or {}).get(name, ()),
            events=self.events,
        )
        certify(self.con, f"run{self.runs}", evidence, has_previous=self.runs > 1)

    def insert_run(self, run_id: str, started_at: datetime) -> None:
        insert(self.con, "mart.kpi_runs", [{"run_id": run_id, "started_at": started_at, "status": "published"}])

    def publish(self) -> None:
        """Make the mart the previous one, and begin an empty one that knows the same runs."""
        self.con.execute("detach database if exists previous")
        self.con.execute("attach ':memory:' as previous")
        self.con.execute("copy from database mart to previous")
        self.con.execute("detach mart")
        self._new_mart()
        self.con.execute("insert into mart.kpi_runs from previous.kpi_runs")

    def verdict(self, kpi: str = "revenue") -> dict[str, Any]:
        """The newest certification of a KPI."""
        query = "select * from mart.kpi_certifications where kpi = ? and run_id = ?"
        (row,) = rows(self.con, query, [kpi, f"run{self.runs}"])
        return row

    def reasons(self, kpi: str = "revenue") -> str | None:
        return self.verdict(kpi)["reasons_en"]

    def motivos(self, kpi: str = "revenue") -> str | None:
        return self.verdict(kpi)["reasons_es"]

    def checks(self, kpi: str = "revenue") -> dict[str, tuple]:
        """The newest checks that can hurt a KPI: check → (severity, passed, observed)."""
        query = """
            select "check", severity, passed, observed from mart.kpi_checks where run_id = ? and list_contains(kpis, ?)
        """
        return {name: tuple(rest) for name, *rest in self.con.execute(query, [f"run{self.runs}", kpi]).fetchall()}

    def certified_values(self, kpi: str = "revenue") -> dict[tuple, bool]:
        """Whether each value is certified, by grain, period and slice value."""
        query = "select grain, period_start, slice_value, certified from mart.kpi_values where kpi = ?"
        return {tuple(key): certified for *key, certified in self.con.execute(query, [kpi]).fetchall()}

    def scorecard(self, kpi: str = "revenue") -> tuple:
        columns = "certified, reasons_en, last_certified_value, last_certified_period_start"
        return self.con.execute(f"select {columns} from mart.kpi_scorecard where kpi = ?", [kpi]).fetchone()

    def _new_mart(self) -> None:
        attach_empty_mart(self.con, TABLES)
