"""The log of deliveries: what every endpoint was told, on the disk before and after each message.

A message is entered before it is sent and marked when it was taken. One that is neither marked taken nor failed was
under way when its sender died: it may have arrived, and is sent again as it was, with its idempotency key.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from metrics.steering.alerts import Delivery
from orchestration.alerts.due import Telling
from orchestration.warehouse import utc_now

KEPT = timedelta(days=450)  # longer than the mart keeps the alerts themselves
_SCHEMA = """
create table if not exists endpoints (endpoint text primary key, since text not null);
create table if not exists messages (
    key text primary key, endpoint text not null, department text not null, kind text not null, title text not null,
    body text not null, as_of text not null, state text not null, error text, changed_at text not null
);
create table if not exists items (
    message text not null, alert text not null, event text not null, primary key (message, alert, event)
);
"""
_ENTER = """
insert or replace into messages (key, endpoint, department, kind, title, body, as_of, state, error, changed_at)
values (?, ?, ?, ?, ?, ?, ?, 'sending', null, ?)
"""
_TOLD = """
select alert, event, as_of from items inner join messages on items.message = messages.key
where endpoint = ? and state in ('sent', 'sending') order by as_of, changed_at
"""
_IN_DOUBT = """
select key, endpoint, department, kind, title, body, as_of from messages
where endpoint = ? and state = 'sending' order by changed_at
"""
_EVENTS = "select alert, event from items where message = ? order by alert"
_MARK = "update messages set state = ?, error = ?, changed_at = ? where key = ?"
_DELIVERIES = """
select alert, endpoint, state, error, changed_at from items inner join messages on items.message = messages.key
order by changed_at
"""


@dataclass(frozen=True)
class Message:
    """One message to one endpoint on one department; ``events`` are pairs of alert and event, ``kind`` is apprise's.

    ``body`` is Markdown. A digest is ``html``, for mails; its ``body`` is plain text, for all other services.
    """

    endpoint: str
    department: str
    kind: str
    title: str
    body: str
    as_of: datetime
    events: tuple[tuple[str, str], ...]
    html: str = ""

    @property
    def key(self) -> str:
        """The idempotency key: the same for the same news to the same endpoint, however often it is sent."""
        told = json.dumps([self.endpoint, self.department, sorted(self.events)])
        return hashlib.sha256(told.encode()).hexdigest()[:32]


class Outbox:
    """The log in one file. Every call is one transaction of its own, so that threads and processes may share it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        with self._transaction() as con:
            con.executescript(_SCHEMA)

    def since(self, endpoint: str, as_of: datetime) -> datetime:
        """Return the as-of from which on there is an endpoint: this one, if it is new."""
        with self._transaction() as con:
            con.execute("insert or ignore into endpoints values (?, ?)", [endpoint, as_of.isoformat()])
            row = con.execute("select since from endpoints where endpoint = ?", [endpoint]).fetchone()
        return datetime.fromisoformat(row[0])

    def told(self, endpoint: str) -> dict[str, list[Telling]]:
        """Return what an endpoint took or will be told again as it was: alert → tellings in order."""
        told: dict[str, list[Telling]] = {}
        with self._transaction() as con:
            for alert, event, as_of in con.execute(_TOLD, [endpoint]).fetchall():
                told.setdefault(alert, []).append(Telling(event, datetime.fromisoformat(as_of)))
        return told

    def in_doubt(self, endpoint: str) -> list[Message]:
        """Return the messages that were under way when their sender died or gave up waiting."""
        with self._transaction() as con:
            rows = con.execute(_IN_DOUBT, [endpoint]).fetchall()
            return [_message(row, con.execute(_EVENTS, [row[0]]).fetchall()) for row in rows]

    def enter(self, message: Message) -> None:
        """Say that a message is about to be sent."""
        parts = (message.endpoint, message.department, message.kind, message.title, message.body)
        with self._transaction() as con:
            con.execute(_ENTER, [message.key, *parts, message.as_of.isoformat(), utc_now().isoformat()])
            items = [(message.key, *event) for event in message.events]
            con.executemany("insert or ignore into items values (?, ?, ?)", items)

    def mark(self, message: Message, error: str | None) -> None:
        """Say that a message was taken, or why it was not."""
        state, now = "failed" if error else "sent", utc_now().isoformat()
        with self._transaction() as con:
            con.execute(_MARK, [state, error, now, message.key])

    def forget(self, as_of: datetime) -> None:
        """Drop what is older than the alerts that it is about."""
        with self._transaction() as con:
            con.execute("delete from messages where as_of < ?", [(as_of - KEPT).isoformat()])
            con.execute("delete from items where message not in (select key from messages)")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=10)) as con, con:
            yield con


def _message(row: tuple[str, ...], events: list[tuple[str, str]]) -> Message:
    _, endpoint, department, kind, title, body, as_of = row
    return Message(endpoint, department, kind, title, body, datetime.fromisoformat(as_of), tuple(events))


def deliveries(file: Path) -> tuple[Delivery, ...]:
    """Return what became of telling each alert, as the mart says it; nothing without a log that can be read.

    A run that publishes must not fail by it: the step that tells says what is wrong with the log.
    """
    taken: dict[str, dict[str, datetime]] = {}
    errors: dict[str, dict[str, str]] = {}
    for alert, endpoint, state, error, at in _logged(file):
        errors.setdefault(alert, {}).pop(endpoint, None)
        if state == "sent":
            taken.setdefault(alert, {})[endpoint] = datetime.fromisoformat(at)
        elif state == "failed":
            errors[alert][endpoint] = error
    return tuple(_delivery(alert, taken.get(alert, {}), errors[alert]) for alert in errors)


def _logged(file: Path) -> list[tuple[str, ...]]:
    """What the log says of every message to every endpoint, in order; nothing if it is locked, broken or not there."""
    if not file.exists():
        return []
    try:
        with closing(sqlite3.connect(file, timeout=2)) as con:
            return con.execute(_DELIVERIES).fetchall()
    except sqlite3.Error:
        return []


def _delivery(alert: str, taken: dict[str, datetime], errors: dict[str, str]) -> Delivery:
    told = "; ".join(f"{endpoint}: {error}" for endpoint, error in sorted(errors.items()))
    return Delivery(alert, tuple(sorted(taken)), max(taken.values(), default=None), told or None)
