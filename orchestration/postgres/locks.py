"""Locks: one publication at a time, and none that a reader could be killed for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from orchestration.errors import BuildError
from orchestration.progress import PROGRESS
from orchestration.publishing.mart import text

if TYPE_CHECKING:
    from orchestration.postgres.session import Session

# Readers queue behind a lock that is waited for, and PostgreSQL looks for deadlocks after a second of waiting: the
# publisher has given up by then, so that it is never a reader who pays.
ATTEMPTS = 60
PAUSE_SECONDS = 0.7
# how long another publication may take: one whose host is gone must not hold up every run from then on
TURN = "10min"
NOT_AVAILABLE = "55P03"
# an error that the server itself handles: after one that the driver sees, it lets a transaction only end
TRY_LOCK = """
begin
    lock table {tables} in access exclusive mode;
    perform set_config('kpi_publish.locked', 'yes', true);
exception when lock_not_available or deadlock_detected then
    perform set_config('kpi_publish.locked', 'no', true);
end
"""


def wait_for_turn(session: Session, schema: str) -> None:
    """Wait until nobody else publishes to the schema; held until the transaction ends, however it does.

    Raises:
        BuildError: somebody else does for longer than any publication takes.
    """
    key = f"hashtextextended({text(f'kpi publish {schema}')}, 0)"
    if session.rows(f"select pg_try_advisory_xact_lock({key})") == [(False,)]:
        PROGRESS.say(f"another publication to {schema} is under way; waiting for it")
        _wait(session, schema, key)


def _wait(session: Session, schema: str, key: str) -> None:
    from adbc_driver_postgresql.dbapi import Error

    session.run(f"set local lock_timeout = '{TURN}'")
    try:
        session.rows(f"select pg_advisory_xact_lock({key}) is null")
    except Error as error:
        if error.sqlstate != NOT_AVAILABLE:
            raise
        what = f"another publication to {schema} has not ended within {TURN}"
        raise BuildError(f"PostgreSQL: {what}; end it (kpi publish in pg_stat_activity) and publish again") from None
    session.run("set local lock_timeout to default")


def lock_tables(session: Session, tables: Sequence[str]) -> None:
    """Lock tables (quoted, with their schema) whose columns change against readers, between two of their transactions.

    Raises:
        BuildError: some reader left a transaction open for long.
    """
    session.run("set local lock_timeout = '300ms'")
    for _ in range(ATTEMPTS):
        session.run(f"do {text(TRY_LOCK.format(tables=', '.join(tables)))}")
        if session.rows("select current_setting('kpi_publish.locked')") == [("yes",)]:
            session.run("set local lock_timeout to default")
            return
        time.sleep(PAUSE_SECONDS)
    what = f"columns of {', '.join(tables)} change, and a reader has kept one of them open for a minute"
    raise BuildError(f"PostgreSQL: {what}; end its transaction (see pg_stat_activity) and publish again")
