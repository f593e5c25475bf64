"""Tells people of the alerts of the published mart: what is new, what is still open, what is resolved."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from metrics.alerting import load_alerting
from metrics.calendar import load_calendar
from orchestration.alerts.channels import Channels, Endpoint, read_channels
from orchestration.alerts.courier import SECONDS, Trip, deliver
from orchestration.alerts.due import due
from orchestration.alerts.messages import Style, compose
from orchestration.alerts.outbox import Message, Outbox
from orchestration.company import Company
from orchestration.publishing.versions import MART, published_as_of, published_run
from orchestration.querying.rows import Row, rows

_ALERTS = """
select alerts.*, label_en, label_es, owner_team, owner_email, playbook_en, playbook_es
from kpi_alerts as alerts left join kpi_catalog using (kpi)
order by opened_at, id
"""


@dataclass(frozen=True)
class Told:
    """What became of telling: alerts ``opened`` and ``resolved`` by the run, ``open`` in all, and messages ``sent``.

    ``channels`` took theirs, ``errors`` say why others did not, ``missing`` is channel → variable of those that have
    alerts to be told of and no URL; ``is_mute`` if no channel at all has one.
    """

    opened: int
    resolved: int
    open: int
    sent: int
    channels: tuple[str, ...]
    errors: Mapping[str, str]
    missing: Mapping[str, str]
    is_mute: bool

    @property
    def is_whole(self) -> bool:
        """Whether everybody was told."""
        return not self.errors and not self.missing

    def __str__(self) -> str:
        told = [f"{self.opened} opened, {self.resolved} resolved, {self.open} open"]
        told += [f"told {', '.join(self.channels)}"] if self.channels else []
        told += [f"not told: {channel}: {why}; the next run tries again" for channel, why in self.errors.items()]
        if self.missing:
            told.append(f"{'nothing is sent: ' if self.is_mute else ''}no URL in {self._unset}")
        return "; ".join(told)

    @property
    def _unset(self) -> str:
        """The variables that are not set, the first by name."""
        first, *others = self.missing.values()
        return f"{first} and {len(others)} more (see kpi alerts list)" if others else first


def tell(company: Company, environment: Mapping[str, str] | None = None, seconds: float = SECONDS) -> Told:
    """Send what the channels have not been told of the published alerts, and log it.

    Every call sends the difference between mart and log, so that a repeated one sends nothing, and one after a failure
    sends what is missing, as it is by then.

    Args:
        company: whose alerts; it has published.
        environment: holds the channels' URLs; by default the process's own.
        seconds: the time that it may take in all.

    Raises:
        DefinitionError: alerts.yml is wrong.
    """
    alerting, zone = load_alerting(company.alerts), load_calendar(company.calendar).time_zone
    channels = read_channels(alerting, os.environ if environment is None else environment)
    alerts, as_of = read_alerts(company.published), published_as_of(company.published)
    assert as_of
    outbox = Outbox(company.deliveries)
    waiting = {
        one: to_send(one, alerts, as_of, outbox, Style(alerting.page(one.language), zone)) for one in channels.endpoints
    }
    trips = deliver(waiting, outbox, seconds)
    outbox.forget(as_of)
    return _told(alerts, published_run(company.published), trips, channels)


def read_alerts(published: Path) -> list[Row]:
    """Return the published alerts with what a message says of their KPIs."""
    import duckdb

    with duckdb.connect(str(published / MART), read_only=True) as con:
        return rows(con, _ALERTS)


def to_send(
    endpoint: Endpoint, alerts: Sequence[Mapping[str, Any]], as_of: datetime, outbox: Outbox, style: Style
) -> list[Message]:
    """Return the messages for an endpoint: what may not have arrived, as it was, and then what is due."""
    since = outbox.since(endpoint.name, as_of)
    told = outbox.told(endpoint.name)
    # who was told that it opened is told that it is over, though routes lead elsewhere by now
    own = [a for a in alerts if endpoint.channel in a["channels"] or (a["resolved_at"] and a["id"] in told)]
    items = due(own, told, as_of, since)
    return [*outbox.in_doubt(endpoint.name), *compose(endpoint, items, alerts, as_of, style)]


def _told(alerts: Sequence[Mapping[str, Any]], run: str | None, trips: Sequence[Trip], channels: Channels) -> Told:
    is_open = [alert for alert in alerts if alert["resolved_at"] is None]
    news = [alert for alert in alerts if alert["run_id"] == run]
    concerned = {channel for alert in is_open for channel in alert["channels"]}
    return Told(
        opened=sum(alert["resolved_at"] is None or alert["condition"] == "restated" for alert in news),
        resolved=sum(alert["resolved_at"] is not None and alert["condition"] != "restated" for alert in news),
        open=len(is_open),
        sent=sum(len(trip.sent) for trip in trips),
        channels=tuple(trip.endpoint.name for trip in trips if trip.sent),
        errors={trip.endpoint.name: trip.error for trip in trips if trip.error},
        missing={name: variable for name, variable in channels.missing.items() if name in concerned},
        is_mute=not channels.endpoints,
    )
