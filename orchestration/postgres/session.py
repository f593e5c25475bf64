"""A connection to PostgreSQL whose errors can be shown: they say what happened, and no secret."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from orchestration.errors import BuildError, UsageError

if TYPE_CHECKING:
    from adbc_driver_postgresql.dbapi import Connection, Error
    from pyarrow import RecordBatchReader

VARIABLE = "KPI_POSTGRES_URL"
FORM = "postgresql://user:password@host:5432/database"
# nothing that a server or a user has set may change what the statements mean
SETTINGS = (
    "set application_name = 'kpi publish'",
    "set client_encoding = 'UTF8'",
    "set standard_conforming_strings = on",
    "set search_path = pg_catalog",
)
# how everything begins that the driver says of a connection without repeating the URL
CONNECTING = "connection to server "
MESSAGE, DETAIL = b"PG_DIAG_MESSAGE_PRIMARY", b"PG_DIAG_MESSAGE_DETAIL"
DEPENDENT_OBJECTS = "2BP01"


class Session:
    """One connection; statements run in one transaction until ``commit``, or with ``autocommit`` each in its own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cursor = connection.cursor()

    def run(self, statement: str) -> int:
        """Execute a statement; returns how many rows it changed."""
        self._cursor.execute(statement)
        return self._cursor.rowcount

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        self._cursor.execute(query)
        return self._cursor.fetchall()

    def copy(self, table: str, batches: RecordBatchReader) -> None:
        """Append Arrow batches to a temporary table, by COPY."""
        self._cursor.adbc_ingest(table, batches, mode="append", db_schema_name="pg_temp")

    def commit(self) -> None:
        """Make everything since the last commit seen, at once."""
        self._connection.commit()


@contextmanager
def session(autocommit: bool = False) -> Iterator[Session]:
    """Connect to what ``KPI_POSTGRES_URL`` says; what was not committed at the end is rolled back.

    Raises:
        UsageError: the variable is not set, or holds no URL.
        BuildError: PostgreSQL cannot be reached, or an error of the block that it had.
    """
    from adbc_driver_postgresql.dbapi import Error

    connection = _connect(_url(), autocommit)
    try:
        opened = Session(connection)
        for setting in SETTINGS:
            opened.run(setting)
        yield opened
    except Error as error:
        raise BuildError(f"PostgreSQL: {said(error)}") from None
    finally:
        connection.close()


def said(error: Error) -> str:
    """Return what the server says of an error, without the values of rows that some of its details show."""
    told = {key: value.decode(errors="replace") for key, value in error.details}
    parts = [told[MESSAGE]] if MESSAGE in told else [_one_line(str(error).partition("ERROR:")[2] or str(error))]
    if error.sqlstate == DEPENDENT_OBJECTS and DETAIL in told:
        parts.append(_one_line(told[DETAIL]))
    return "; ".join(parts)


def _url() -> str:
    """Return the URL; what is wrong with it is said without it."""
    url = os.environ.get(VARIABLE, "").strip()  # files that hold secrets end with a line's end
    if not url:
        raise UsageError(f"{VARIABLE} is not set; it says where to publish to: {FORM}")
    try:
        scheme, place = urlsplit(url)[:2]
    except ValueError:
        scheme, place = "", ""
    if scheme not in ("postgresql", "postgres"):
        raise UsageError(f"{VARIABLE} is no URL of PostgreSQL; it has the form {FORM}")
    if place.count("@") != url.partition("?")[0].count("@") or place.count("@") > 1:
        raise UsageError(f"{VARIABLE}: in user and password write @ : / ? # % as %40 %3A %2F %3F %23 %25; form: {FORM}")
    return url


def _connect(url: str, autocommit: bool) -> Connection:
    from adbc_driver_postgresql.dbapi import Error, connect

    try:
        return connect(url, autocommit=autocommit)
    except Error as error:
        message = str(error)
    if CONNECTING in message:
        raise BuildError(f"PostgreSQL: {_one_line(message[message.index(CONNECTING) :])}")
    if "could not translate host name" in message:
        raise BuildError(f"PostgreSQL: the host that {VARIABLE} names cannot be found")
    raise UsageError(f"{VARIABLE} is not understood: see to its %-signs, its port and what follows a ?; form: {FORM}")


def _one_line(message: str) -> str:
    return " ".join(message.split())
