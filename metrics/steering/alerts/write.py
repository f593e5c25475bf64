"""Fills kpi_alerts: the alerts of the mart before, as the new mart's values leave them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING

from metrics.alerting import Alerting
from metrics.steering.alerts.alert import Alert, Delivery
from metrics.steering.alerts.conditions import find
from metrics.steering.alerts.lifecycle import follow
from metrics.steering.alerts.standings import read_standings
from metrics.steering.rows import insert

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def write_alerts(
    con: DuckDBPyConnection,
    run_id: str,
    as_of: datetime,
    alerting: Alerting,
    deliveries: Iterable[Delivery],
    has_previous: bool,
) -> None:
    """Open, carry on and resolve the alerts of the attached ``mart``.

    Args:
        con: has the new mart attached as ``mart``, judged in all other ways, and the published one as ``previous``.
        run_id: the run that publishes; its restatements are in ``mart``.
        as_of: its now, naive UTC: when what it finds was found.
        alerting: rules, routes and channels.
        deliveries: what became of telling the alerts of earlier runs.
        has_previous: whether a mart was published before.
    """
    standings = read_standings(con, run_id)
    covered = (
        find(rule, s)
        for rule in alerting.rules
        for s in standings
        if rule.covers(s.department, s.tier, s.company_level) and (not rule.kpis or s.kpi in rule.kpis)
    )
    alerts = follow(_known(con) if has_previous else [], covered, alerting, as_of, run_id)
    told = {delivery.alert: delivery for delivery in deliveries}
    insert(con, "mart.kpi_alerts", [asdict(_as_told(alert, told.get(alert.id))) for alert in alerts])


def _known(con: DuckDBPyConnection) -> list[Alert]:
    """The alerts of the mart before; by name, so that it may be one of an older table."""
    listed = ", ".join(f'"{field.name}"' for field in fields(Alert))
    con.execute("create or replace temp table known_alerts as from mart.kpi_alerts limit 0")
    con.execute("insert into known_alerts by name from previous.kpi_alerts")
    rows = con.execute(f"select {listed} from known_alerts order by opened_at, id").fetchall()
    con.execute("drop table known_alerts")
    return [Alert(*row) for row in rows]


def _as_told(alert: Alert, delivery: Delivery | None) -> Alert:
    if delivery is None:
        return alert
    channels = ", ".join(delivery.channels) or None
    return replace(alert, delivered_to=channels, delivered_at=delivery.at, delivery_error=delivery.error)
