"""What is being done about a KPI: its action plans, and the alerts that are open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.mart import Mart, Row
from dashboards.speaker import Speaker

PLANS = "select * from kpi_actions order by kpi, closed_on nulls first, opened_on desc nulls first, id"
ALERTS = "select * from kpi_alerts where resolved_at is null order by kpi, opened_at desc, id"


@dataclass(frozen=True)
class Plan:
    """An action plan, or that one is asked for."""

    status: str
    cause: str
    owner: str
    words: str


@dataclass(frozen=True)
class Alert:
    """An alert that is open, and what drove it."""

    since: str
    severity: str
    words: str
    driver: str


def plans(mart: Mart, say: Speaker, kpi: Row) -> Sequence[Plan]:
    """Return a KPI's plans, those under way first."""
    return [_plan(say, row) for row in mart.by("kpi", PLANS).get(kpi["kpi"], [])]


def alerts(mart: Mart, say: Speaker, kpi: Row) -> Sequence[Alert]:
    """Return a KPI's open alerts, the newest first."""
    return [_alert(say, row) for row in mart.by("kpi", ALERTS).get(kpi["kpi"], [])]


def _plan(say: Speaker, row: Row) -> Plan:
    kind = f"{say.term('cause', row['cause_kind'])}: " if row["cause_kind"] else ""
    return Plan(
        status=say.term("action", row["status"]),
        cause=f"{kind}{say.quoted(row['cause'])}" if row["cause"] else "",
        owner=row["owner"] or "",
        words=say.text(row, "words") or "",
    )


def _alert(say: Speaker, row: Row) -> Alert:
    severity = say.words("kpi").get(f"severity_{row['severity']}", row["severity"])
    return Alert(say.moment(row["opened_at"]), severity, say.text(row, "words") or "", say.text(row, "driver") or "")
