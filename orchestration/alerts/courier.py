"""Takes messages to their endpoints: all at once, a few tries each, and never longer than it may."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orchestration.alerts.channels import Endpoint
from orchestration.alerts.messages import test_message
from orchestration.alerts.outbox import Message, Outbox
from orchestration.alerts.sender import UnknownServiceError, send
from orchestration.warehouse import utc_now

SECONDS = 20.0
WAITS = (0.5, 1.5)  # before the second and the third try


@dataclass
class Trip:
    """The messages of one endpoint: ``sent`` were taken, ``error`` is why the last that was not was not."""

    endpoint: Endpoint
    messages: Sequence[Message]
    sent: list[Message] = field(default_factory=list)
    error: str | None = None


def deliver(messages: Mapping[Endpoint, Sequence[Message]], outbox: Outbox, seconds: float = SECONDS) -> list[Trip]:
    """Send every endpoint its messages in order, and log each as soon as it was taken.

    An endpoint that is slow or dead holds up no other. What was not taken when the time is over is left for the next
    run; a sender that still waits then goes on alone, and ends with the process.
    """
    deadline = time.monotonic() + seconds
    trips = [Trip(endpoint, listed) for endpoint, listed in messages.items() if listed]
    # daemons, which no exit waits for: a service that answers a byte a second must not hold the run
    threads = [threading.Thread(target=_go, args=(trip, outbox, deadline), daemon=True) for trip in trips]
    for thread in threads:
        thread.start()
    for trip, thread in zip(trips, threads, strict=True):
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            trip.error = "no answer in time"
    return trips


def try_out(endpoint: Endpoint) -> str | None:
    """Send a message that says that it is a test; returns why it was not taken, None if it was."""
    return _send(endpoint, test_message(endpoint, utc_now()))


def _go(trip: Trip, outbox: Outbox, deadline: float) -> None:
    try:
        _send_all(trip, outbox, deadline)
    except Exception as error:  # a thread that dies says nothing, and all would seem to be told
        trip.error = f"the log of deliveries: {type(error).__name__}: {error}"


def _send_all(trip: Trip, outbox: Outbox, deadline: float) -> None:
    waits = WAITS
    for message in trip.messages:
        if time.monotonic() >= deadline:
            trip.error = trip.error or "no time left"
            return
        outbox.enter(message)
        error = _try(trip.endpoint, message, waits, deadline)
        outbox.mark(message, error)
        if error:
            trip.error, waits = error, ()  # it seems to be down: one try for each of the others
        else:
            trip.sent.append(message)


def _try(endpoint: Endpoint, message: Message, waits: Sequence[float], deadline: float) -> str | None:
    error = _send(endpoint, message)
    for wait in waits:
        if error is None or time.monotonic() + wait >= deadline:
            break
        time.sleep(wait)
        error = _send(endpoint, message)
    return error


def _send(endpoint: Endpoint, message: Message) -> str | None:
    try:
        return send(endpoint, message)
    except UnknownServiceError as error:
        return str(error)
    except Exception as error:  # whatever a service does, the others are told; its text may hold the URL
        return f"it failed with {type(error).__name__}"
