"""An alert as the mart keeps it, and what became of telling it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from metrics.alerting.models import Severity, When


@dataclass(frozen=True)
class Alert:
    """A row of kpi_alerts: something that was wrong with a KPI from ``opened_at`` to ``resolved_at``.

    Times are the as-of of runs (UTC): ``seen_at`` is the last one that found it so. Period, value, target and words are
    those of that run, and of the run that resolved it at the end. ``run_id`` is the run that opened it, then the one
    that resolved it. An alert of what happened once (``restated``) is resolved when it opens.
    """

    id: str
    kpi: str
    department: str | None
    rule: str
    condition: When
    severity: Severity
    grain: str | None
    period_start: date | None
    opened_at: datetime
    seen_at: datetime
    resolved_at: datetime | None
    value: float | None
    target: float | None
    words_en: str
    words_es: str
    driver_en: str | None
    driver_es: str | None
    channels: list[str]
    cool_down_hours: int
    run_id: str | None
    delivered_to: str | None = None
    delivered_at: datetime | None = None
    delivery_error: str | None = None


@dataclass(frozen=True)
class Delivery:
    """What is known of telling an alert, by its id: the channels that took it, when the last did (UTC), what failed."""

    alert: str
    channels: tuple[str, ...]
    at: datetime | None
    error: str | None
