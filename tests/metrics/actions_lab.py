"""A help desk whose mart is made by hand: one KPI, its weeks, targets and plans."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import duckdb

from metrics.calendar import Calendar
from metrics.periods import named_period
from metrics.planning import ActionPlan
from metrics.steering.actions import write_actions
from metrics.steering.rows import insert, rows
from tests.metrics.empty_mart import attach_empty_mart

CALENDAR = Calendar("Europe/Madrid", "monday", 1, date(2025, 1, 1), "EUR")
TABLES = ("kpi_catalog", "kpi_values", "kpi_scorecard", "kpi_targets", "kpi_actions")
# 2026-10-01 00:00 in Madrid: the last moment belongs to Wednesday, September 30, in week 40
AS_OF = datetime(2026, 9, 30, 22)
PLAN: dict[str, Any] = {
    "id": "training", "kpi": "handle_time", "period": "2026-W36", "opened": "2026-09-09",
    "cause": {"kind": "training", "text": "New templates."}, "owner": "support@example.com", "due": "2026-10-15",
    "actions": [
        {"what": "Write templates", "owner": "support@example.com", "due": "2026-09-16", "done": "2026-09-15"},
        {"what": "Train agents", "owner": "support@example.com", "due": "2026-10-07"},
    ],
    "check_ins": [{"date": "2026-09-16", "note": "Templates done."}, {"date": "2026-09-23", "note": "On our way."}],
}  # fmt: skip


class Desk:
    """A help desk with a KPI that should fall, its scorecard, and weeks with the statuses that are given."""

    def __init__(self, **catalogue: Any) -> None:
        self.con = duckdb.connect()
        attach_empty_mart(self.con, TABLES)
        row = {
            "kpi": "handle_time", "kind": "kpi", "lifecycle": "active", "label_en": "Handle time", "unit": "seconds",
            "label_es": "Tiempo de gestión", "direction": "decrease", "owner_team": "Support", "review_grain": "week",
            "owner_email": "support@example.com", **catalogue,
        }  # fmt: skip
        insert(self.con, "mart.kpi_catalog", [row])

    def value(self, period: str, status: str | None, value: float | None = 320, **columns: Any) -> Desk:
        """A complete total of a period, its target 300."""
        span = named_period(period, CALENDAR)
        row = {
            "kpi": "handle_time", "grain": span.grain, "period_start": span.start, "period_end": span.last_day,
            "slice": "", "slice_value": "", "value": value, "target": 300.0, "status": status, "is_complete": True,
            **columns,
        }  # fmt: skip
        insert(self.con, "mart.kpi_values", [row])
        return self

    def card(self, period: str, status: str, streak: int | None = -1, **columns: Any) -> Desk:
        span = named_period(period, CALENDAR)
        row = {
            "kpi": "handle_time", "grain": span.grain, "period_start": span.start, "period_end": span.last_day,
            "value": 320.0, "target": 300.0, "status": status, "streak": streak, **columns,
        }  # fmt: skip
        insert(self.con, "mart.kpi_scorecard", [row])
        return self

    def target(self, period: str, text: str, set_at: date | None = None, **columns: Any) -> Desk:
        span = named_period(period, CALENDAR)
        row = {
            "kpi": "handle_time", "grain": span.grain, "period": text, "period_start": span.start, "slice": "",
            "period_end": span.last_day, "slice_value": "", "value": 300.0, "promised_grain": span.grain,
            "set_at": set_at or span.start, **columns,
        }  # fmt: skip
        insert(self.con, "mart.kpi_targets", [row])
        return self

    def judge(self, *plans: dict[str, Any], as_of: datetime = AS_OF) -> dict[str, dict[str, Any]]:
        """The rows of kpi_actions by id."""
        write_actions(self.con, as_of, CALENDAR, [ActionPlan.model_validate(plan) for plan in plans])
        return {row["id"]: row for row in rows(self.con, "select * from mart.kpi_actions")}

    def scorecard(self) -> tuple | None:
        return self.con.execute("select action_id, action_status from mart.kpi_scorecard").fetchone()
