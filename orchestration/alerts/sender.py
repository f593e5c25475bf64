"""Hands one message to one service, through apprise; says in words that hold no secret why it was not taken."""

from __future__ import annotations

import logging
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from orchestration.alerts.channels import Endpoint
from orchestration.alerts.outbox import Message

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase, NotifyFormat

HEADER = "Idempotency-Key"
PAYLOAD = "idempotency_key"
MAIL = 32_768  # characters that apprise allows every service of mails; chats that take some HTML allow fewer


class UnknownServiceError(Exception):
    """A URL that apprise makes nothing of."""


def send(endpoint: Endpoint, message: Message) -> str | None:
    """Send a message; returns None if the service took it, else why not.

    Connecting and every answer have the time limits of the URL (``?cto=``, ``?rto=``), 4 seconds if it says nothing.
    Webhooks and e-mail get the idempotency key as a header, webhooks in their payload too; the text of an alert ends
    with its beginning.
    """
    from apprise import Apprise

    service = _service(endpoint)
    _add_key(service, message.key)
    body, written_in = _body(service, message)
    told = Apprise(asset=_asset())
    told.add(service)
    result = told.notify(body=body, title=message.title, notify_type=message.kind, body_format=written_in)
    return None if result else _why(" ".join(entry.message for entry in result.logs()))


def _service(endpoint: Endpoint) -> NotifyBase:
    from apprise import Apprise, OverflowMode

    _keep_quiet()
    service = Apprise.instantiate(endpoint.url, asset=_asset())
    if service is None:
        raise UnknownServiceError(f"URL {endpoint.position} of {endpoint.channel} is none that apprise knows")
    if "overflow=" not in endpoint.url:  # in parts, one that fails would be sent again with those that arrived
        service.overflow_mode = OverflowMode.TRUNCATE
    return service


def _body(service: Any, message: Message) -> tuple[str, NotifyFormat]:
    """Return what a service is given, and what it is written in: HTML goes to mails, whole, and to nothing else."""
    from apprise import NotifyFormat, OverflowMode

    if not message.html:
        return message.body, NotifyFormat.MARKDOWN
    if service.resolve_format() is not NotifyFormat.HTML or service.body_maxlen < MAIL:
        return message.body, NotifyFormat.TEXT
    service.overflow_mode = OverflowMode.UPSTREAM  # HTML that is cut shows its last table in pieces
    return message.html, NotifyFormat.HTML


@cache
def _asset() -> AppriseAsset:
    """Apprise's settings: it sends in the thread that asks, keeps nothing, and calls itself by our name."""
    from apprise import AppriseAsset

    return AppriseAsset(app_id="kpi-mart", app_desc="kpi-mart", async_mode=False, service_timeout=0, language="en")


def _add_key(service: Any, key: str) -> None:
    for name, field in (("headers", HEADER), ("payload_extras", PAYLOAD)):
        known = getattr(service, name, None)
        if isinstance(known, dict):
            known[field] = key


def _keep_quiet() -> None:
    """Keep what apprise and urllib3 log to themselves: at some levels it holds whole URLs."""
    for name in ("apprise", "urllib3"):
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def _why(log: str) -> str:
    """Say what went wrong without repeating what apprise logged, which may name hosts and parts of URLs."""
    if status := re.search(r"error=(\d{3})\b", log):
        return f"it answered {status[1]}"
    if re.search("connect|socket|time", log, re.IGNORECASE):
        return "no connection, or no answer in time"
    return "it did not take the message"
