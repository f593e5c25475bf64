"""What a channel must still be told: the published alerts less what it was told before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

# how far back an alert may have ended, so that a channel that was down is still told that it was there
STILL_NEWS = timedelta(days=7)
OPENED, REPEATED, RESOLVED, HAPPENED = "opened", "repeated", "resolved", "happened"
SeverityOrder = ("critical", "warning", "info")


@dataclass(frozen=True)
class Telling:
    """That a channel was told of an alert: what (``opened``, ``repeated#1``, …), and the as-of of the mart."""

    event: str
    as_of: datetime


@dataclass(frozen=True)
class Item:
    """An alert (a row of the mart) and what is to be told of it."""

    alert: Mapping[str, Any]
    event: str

    @property
    def kind(self) -> str:
        """The event without its number."""
        return self.event.partition("#")[0]


def due(
    alerts: Iterable[Mapping[str, Any]], told: Mapping[str, Sequence[Telling]], as_of: datetime, since: datetime
) -> list[Item]:
    """Return what is to be told, the gravest first.

    Args:
        alerts: rows of kpi_alerts.
        told: alert → what the channel was told of it, in order.
        as_of: that of the mart.
        since: as-of from which on there is a channel; what ended before concerns it not.
    """
    earliest = max(since, as_of - STILL_NEWS)
    items = [Item(a, event) for a in alerts if (event := _event(a, told.get(a["id"], ()), as_of, earliest))]
    return sorted(items, key=lambda item: (SeverityOrder.index(item.alert["severity"]), item.alert["kpi"]))


def _event(alert: Mapping[str, Any], told: Sequence[Telling], as_of: datetime, earliest: datetime) -> str | None:
    if alert["resolved_at"] is None:
        return _of_open(alert, told, as_of)
    if told and (alert["condition"] == "restated" or told[-1].event == RESOLVED):
        return None
    if not told and alert["resolved_at"] < earliest:
        return None
    return HAPPENED if alert["condition"] == "restated" else RESOLVED


def _of_open(alert: Mapping[str, Any], told: Sequence[Telling], as_of: datetime) -> str | None:
    if not told:
        return OPENED
    waited = as_of - told[-1].as_of
    if waited and waited >= timedelta(hours=alert["cool_down_hours"]):
        return f"{REPEATED}#{len(told)}"
    return None
