"""How new the newest event of every source table is at a run's now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from metrics.steering.checks import Check
from metrics.steering.clock import local

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duckdb import DuckDBPyConnection

# The times of an entity's staged rows at which something happened; of the others only the pull tells a time.
EVENT_TIMES = {
    "orders": ("ordered_at",),
    "refunds": ("refunded_at",),
    "leads": ("created_at", "converted_at"),
    "deals": ("created_at", "closed_at"),
    "sales_activities": ("occurred_at",),
    "ad_spend": ("day",),
    "web_events": ("occurred_at",),
    "tickets": ("opened_at", "first_response_at", "resolved_at", "closed_at"),
    "interactions": ("started_at",),
    "surveys": ("sent_at", "answered_at"),
}
_TIME = "max({0}) filter ({0} <= $as_of)"
# A day is known once it has begun in the company's zone; what it holds happened until it ends there.
_BEGIN = "timezone('UTC', timezone($zone, day::timestamp))"
_END = "timezone('UTC', timezone($zone, day + interval 1 day))"
_DAY_END = f"max({_END}) filter ({_BEGIN} <= $as_of)"


@dataclass(frozen=True)
class Newest:
    """The newest of a source table (``system.table``) by a run's now, in UTC; None if it has nothing yet.

    ``limit`` is the age that sources.yml allows it, if any. ``is_event`` is False where no row tells a time: ``at`` is
    the newest pull then, which says something only of a table with a limit.
    """

    table: str
    entity: str | None
    at: datetime | None
    limit: timedelta | None
    is_event: bool

    @property
    def is_judged(self) -> bool:
        """Whether its age tells how fresh a KPI is."""
        return self.at is not None and (self.is_event or self.limit is not None)


def newest_events(con: DuckDBPyConnection, as_of: datetime, time_zone: str) -> dict[str, Newest]:
    """Find the newest event of every declared source table, by ``system.table``; ``as_of`` is naive UTC.

    Events after ``as_of`` do not count. A row of a day, as of ad spend, counts to the end of that local day.
    """
    declared = con.execute(
        "select system, table_name, entity, freshness_hours from warehouse.control.sources"
    ).fetchall()
    found: dict[str, Newest] = {}
    for system, name, entity, hours in declared:
        times = EVENT_TIMES.get(entity, ())
        at = _newest_row(con, system, name, times, as_of, time_zone) if times else _newest_pull(con, system, name)
        limit = None if hours is None else timedelta(hours=hours)
        at = None if at is None else min(at, as_of)
        found[f"{system}.{name}"] = Newest(f"{system}.{name}", entity, at, limit, bool(times))
    return found


def fresh_checks(tables: Iterable[Newest], as_of: datetime, time_zone: str) -> list[Check]:
    """Say of every table with a limit whether it keeps it. It hurts nobody: what a KPI owes is the KPI's own limit."""
    return [_fresh(table, table.limit, as_of, time_zone) for table in tables if table.limit is not None]


def _fresh(table: Newest, limit: timedelta, as_of: datetime, time_zone: str) -> Check:
    hours = f"limit: {limit.total_seconds() / 3600:g} hours"
    what = "newest event" if table.is_event else "newest pull"
    observed = (
        f"{what} at {local(table.at, time_zone):%Y-%m-%d %H:%M}; {hours}" if table.at else f"nothing yet; {hours}"
    )
    passed = table.at is not None and as_of - table.at <= limit
    return Check(table.table, "fresh", "kpi", "warn", passed, observed, hurts=())


def _newest_row(
    con: DuckDBPyConnection, system: str, name: str, times: tuple[str, ...], as_of: datetime, time_zone: str
) -> datetime | None:
    """The greatest of the event times that a staged table has, each up to the run's now."""
    model = f"stg_{system}__{name}"
    listed = "select column_name from duckdb_columns() where database_name = 'warehouse' and table_name = ?"
    columns = {column for (column,) in con.execute(listed, [model]).fetchall()}
    newest = ", ".join(_DAY_END if time == "day" else _TIME.format(time) for time in times if time in columns)
    if not newest:
        return None
    parameters = {"as_of": as_of} | ({"zone": time_zone} if "day" in times else {})
    row = con.execute(f'select greatest({newest}) from warehouse.staging."{model}"', parameters).fetchone()
    return row[0] if row else None


def _newest_pull(con: DuckDBPyConnection, system: str, name: str) -> datetime | None:
    query = "select max(pulled_at) from warehouse.control.batches where system = ? and table_name = ?"
    row = con.execute(query, [system, name]).fetchone()
    return row[0] if row else None
