"""Sends digests to their channels, at most once a week each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from metrics.alerting import Alerting, Digest
from orchestration import run_lock
from orchestration.alerts.channels import Endpoint, read_channels
from orchestration.alerts.courier import SECONDS, deliver
from orchestration.alerts.outbox import Message, Outbox
from orchestration.company import Company
from orchestration.digests.declared import read_alerting
from orchestration.digests.writer import Writer, open_writer
from orchestration.errors import UsageError
from orchestration.warehouse import utc_now

State = Literal["sent", "sent_before", "in_doubt", "failed", "no_url", "no_kpis"]
IN_DOUBT = "it was under way when its sender stopped or gave up waiting, and may have arrived; --again sends it anew"


@dataclass(frozen=True)
class Outcome:
    """What became of a digest: ``to`` is a URL's name, or a channel without one; ``why`` is empty if it was sent."""

    digest: str
    to: str
    state: State
    why: str = ""

    @property
    def is_well(self) -> bool:
        """Whether it was sent, now or before."""
        return self.state in ("sent", "sent_before")

    def __str__(self) -> str:
        return f"{self.digest} to {self.to}: {self.why or self.state}"


@dataclass(frozen=True)
class _Parcel:
    """A digest on its way to one endpoint."""

    digest: str
    endpoint: Endpoint
    message: Message


def send_digests(
    company: Company,
    digests: Sequence[Digest],
    environment: Mapping[str, str] | None = None,
    again: bool = False,
    seconds: float = SECONDS,
) -> list[Outcome]:
    """Send digests of the published mart, each to every URL of its channel that has not got it this week.

    The week is that of the mart's now. The log of what was sent is written before and after each message, so that one
    whose sender died is not sent again by itself.

    Args:
        company: whose mart; it has published.
        digests: which, and to which channels.
        environment: holds the channels' URLs; by default the process's own.
        again: send those too that were sent this week.
        seconds: the time that sending may take in all.

    Raises:
        UsageError: alerts.yml is wrong, or nothing is published yet.
    """
    alerting = read_alerting(company)
    channels = read_channels(alerting, os.environ if environment is None else environment)
    with _alone(company), open_writer(company, alerting.dashboard) as writer:
        outbox, outcomes, parcels = Outbox(company.digests), [], []
        for digest in digests:
            endpoints = [one for one in channels.endpoints if one.channel == digest.channel]
            if not endpoints:
                outcomes.append(_without_url(alerting, digest))
            for endpoint in endpoints:
                found = _due(outbox, writer, alerting, digest, endpoint, again)
                (parcels if isinstance(found, _Parcel) else outcomes).append(found)
        outcomes += _sent(parcels, outbox, seconds)
        outbox.forget(writer.as_of)
    return outcomes


@contextmanager
def _alone(company: Company) -> Iterator[None]:
    """Let no other process send meanwhile: both would look into the log before either writes."""
    holder = run_lock.Holder("digests", os.getpid(), utc_now().isoformat(), str(company.folder or "data"))
    with run_lock.hold(company.digests.with_suffix(".lock"), holder, on_wait=lambda _: None):
        yield


def _without_url(alerting: Alerting, digest: Digest) -> Outcome:
    variable = alerting.channels[digest.channel].url_env
    why = f"the environment has no {variable}; set it to one or more URLs of apprise"
    return Outcome(_name(alerting, digest), digest.channel, "no_url", why)


def _name(alerting: Alerting, digest: Digest) -> str:
    return f"{digest.department} ({alerting.language(digest)})"


def _due(
    outbox: Outbox, writer: Writer, alerting: Alerting, digest: Digest, endpoint: Endpoint, again: bool
) -> _Parcel | Outcome:
    """Return what is to be sent to an endpoint, or why nothing is."""
    name = _name(alerting, digest)
    sent = [one.event for one in outbox.told(endpoint.name).get(name, ()) if one.event.startswith(writer.week)]
    if sent and not again:
        return _before(outbox, endpoint, name, sent[-1], writer.week)
    try:
        letter = writer.write(digest.department, alerting.language(digest))
    except UsageError as error:
        return Outcome(name, endpoint.name, "no_kpis", str(error))
    event = f"{writer.week}#{len(sent) + 1}" if sent else writer.week
    about = (endpoint.name, digest.department, "info", letter.subject, letter.text, writer.as_of)
    return _Parcel(name, endpoint, Message(*about, events=((name, event),), html=letter.html))


def _before(outbox: Outbox, endpoint: Endpoint, name: str, event: str, week: str) -> Outcome:
    """Say that it was sent, or may have been."""
    if any((name, event) in message.events for message in outbox.in_doubt(endpoint.name)):
        return Outcome(name, endpoint.name, "in_doubt", IN_DOUBT)
    return Outcome(name, endpoint.name, "sent_before", f"sent before in the week {week}; --again sends it anew")


def _sent(parcels: Sequence[_Parcel], outbox: Outbox, seconds: float) -> Iterator[Outcome]:
    """Send parcels, and say what became of each."""
    waiting: dict[Endpoint, list[Message]] = {}
    for parcel in parcels:
        waiting.setdefault(parcel.endpoint, []).append(parcel.message)
    trips = {trip.endpoint: trip for trip in deliver(waiting, outbox, seconds)}
    for parcel in parcels:
        trip = trips[parcel.endpoint]
        if parcel.message in trip.sent:
            yield Outcome(parcel.digest, parcel.endpoint.name, "sent")
        elif parcel.message.key in {message.key for message in outbox.in_doubt(parcel.endpoint.name)}:
            yield Outcome(parcel.digest, parcel.endpoint.name, "in_doubt", f"{trip.error}; {IN_DOUBT}")
        else:
            yield Outcome(parcel.digest, parcel.endpoint.name, "failed", trip.error or "it was not taken")
