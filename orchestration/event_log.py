"""Dagster's event log on SQLite, without a wait for the disk at each event.

Dagster's own opens and closes a connection for every event; closing the last one folds the write-ahead log into the
database and waits for the disk: 10 to 60 ms an event, several hundred events a run. Here a connection stays open and
commits with NORMAL durability: neither a killed process nor a power cut can damage the database; the last events
before a power cut may be missing. Dagster also asks at every check, twice, whether its table is there; a table stays.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from dagster import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

# Each run has a database of its own; a UI that shows many runs keeps only so many open.
MOST_OPEN = 8


class EventLog(SqliteEventLogStorage):
    """The event log of a company's instance; named in its dagster.yaml."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        """Open the log in ``base_dir``."""
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._tables: set[str] = set()
        self._together: ExitStack | None = None
        self._begun: dict[str, Connection] = {}
        super().__init__(base_dir, inst_data)
        self._db_lock = threading.RLock()

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> EventLog:
        """Build the log from dagster.yaml."""
        return cls(inst_data=inst_data, **config_value)

    def has_table(self, table_name: str) -> bool:
        """Tell whether the log has a table; one that was there is not looked for again."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event and what follows from it by one transaction a database, not one a table."""
        with self._db_lock, ExitStack() as self._together:
            try:
                super().store_event(event)
            finally:
                self._together = None
                self._begun = {}

    def dispose(self) -> None:
        """Close every connection."""
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()
        super().dispose()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            if self._together is None:
                with self._begin(shard) as connection:
                    yield connection
                return
            if shard not in self._begun:
                self._begun[shard] = self._together.enter_context(self._begin(shard))
            yield self._begun[shard]

    @contextmanager
    def _begin(self, shard: str) -> Iterator[Connection]:
        with self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            while len(self._engines) >= MOST_OPEN:
                self._engines.popitem(last=False)[1].dispose()
            self._engines[shard] = _open(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(self._engines[shard])
                self._initialized_dbs.add(shard)
        self._engines.move_to_end(shard)
        return self._engines[shard]


def _open(address: str) -> Engine:
    """Return an engine with one connection, which the log's own lock lets one thread use at a time."""
    engine = create_engine(address, poolclass=StaticPool, connect_args={"timeout": 60, "check_same_thread": False})

    def connected(connection: Any, _record: Any) -> None:
        connection.execute("pragma synchronous = normal")

    event.listen(engine, "connect", connected)
    return engine
