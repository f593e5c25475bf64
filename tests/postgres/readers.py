"""Fifty dashboards and analysts that never stop asking, and notice whatever is not of one run."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from adbc_driver_postgresql import dbapi

# a number per table: that of the run, if each is whole
TABLES = (
    "select substr(min(run_id), 4)::int, substr(max(run_id), 4)::int from kpi_mart.kpi_publication",
    "select min(label_en)::int, max(label_en)::int from kpi_mart.kpi_catalog where kpi = 'revenue'",
    "select min(revenue)::int, max(revenue)::int from kpi_mart.shop_monthly having count(*) = 12",
    """select min(value)::int, max(value)::int from kpi_mart.kpi_values
       where kpi = 'revenue' and grain = 'month' and slice = '' having count(*) = 12""",
    """select min(value)::int, max(value)::int from kpi_mart.kpi_values
       where kpi = 'revenue' and grain = 'day' having count(*) = 1095""",
)
TOGETHER = " union all ".join(f"({table})" for table in TABLES)
JOINED = """
select value::int, label_en::int from kpi_mart.kpi_values
inner join kpi_mart.kpi_catalog using (kpi) inner join kpi_mart.shop_monthly on month = period_start
where grain = 'month' and slice = '' and revenue = value and run_id in (select run_id from kpi_mart.kpi_publication)
"""
WAITING = "select count(*) from pg_locks where not granted"
PAUSE_SECONDS = 0.1


@dataclass
class Seen:
    """What all readers saw: how much, which runs, and what is wrong: a mixture of two, an error, a wait for a lock."""

    statements: int = 0
    transactions: int = 0
    slowest: float = 0.0
    runs: set[int] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, numbers: set[int], rows: int, expected: int, seconds: float, statements: int) -> None:
        """Count what was read: ``rows`` rows, all of one run."""
        with self.lock:
            self.statements += statements
            self.transactions += statements > 1
            self.slowest = max(self.slowest, seconds)
            self.runs |= numbers
            if len(numbers) != 1 or rows != expected:
                self.wrong.append(f"{rows} rows of runs {sorted(numbers)}")


@contextmanager
def reading(url: str, readers: int) -> Iterator[Seen]:
    """Let readers read for the length of the block, each on a connection of its own."""
    seen, stop = Seen(), threading.Event()
    kinds = (_statements, _joins, _transactions)
    threads = [threading.Thread(target=_read, args=(kinds[n % 3], url, seen, stop, n % 2 == 0)) for n in range(readers)]
    threads.append(threading.Thread(target=_watch, args=(url, seen, stop)))
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
        seen.wrong += [f"{thread.name} did not end" for thread in threads if thread.is_alive()]


def _read(kind, url: str, seen: Seen, stop: threading.Event, use_copy: bool) -> None:
    """Ask again and again, by COPY or by plain queries; an error ends the reader and is told."""
    try:
        with dbapi.connect(url) as connection:
            options = {"adbc.postgresql.use_copy": str(use_copy).lower()}
            with connection.cursor(adbc_stmt_kwargs=options) as cursor:
                while not stop.is_set():
                    kind(connection, cursor, seen)
                    time.sleep(PAUSE_SECONDS)
    except Exception as error:
        seen.wrong.append(f"{type(error).__name__}: {error}")


def _statements(connection, cursor, seen: Seen) -> None:
    start = time.perf_counter()
    cursor.execute(TOGETHER)
    rows = cursor.fetchall()
    connection.commit()
    seen.note({number for row in rows for number in row}, len(rows), len(TABLES), time.perf_counter() - start, 1)


def _joins(connection, cursor, seen: Seen) -> None:
    start = time.perf_counter()
    cursor.execute(JOINED)
    rows = cursor.fetchall()
    connection.commit()
    seen.note({number for row in rows for number in row}, len(rows), 12, time.perf_counter() - start, 1)


def _transactions(connection, cursor, seen: Seen) -> None:
    """Read table after table in one transaction, and lose time in between."""
    start, rows = time.perf_counter(), []
    cursor.execute("set transaction isolation level repeatable read")
    for table in TABLES:
        cursor.execute(table)
        rows += cursor.fetchall()
        time.sleep(PAUSE_SECONDS)
    seconds = (time.perf_counter() - start) / len(TABLES) - PAUSE_SECONDS
    connection.commit()
    seen.note({number for row in rows for number in row}, len(rows), len(TABLES), seconds, len(TABLES))


def _watch(url: str, seen: Seen, stop: threading.Event) -> None:
    """Look whether anybody waits for a lock; an error ends the watch and is told."""
    try:
        with dbapi.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
            while not stop.is_set():
                cursor.execute(WAITING)
                ((waiting,),) = cursor.fetchall()
                if waiting:
                    seen.wrong.append(f"{waiting} wait for a lock")
                time.sleep(PAUSE_SECONDS)
    except Exception as error:
        seen.wrong.append(f"the watch ended: {type(error).__name__}: {error}")
