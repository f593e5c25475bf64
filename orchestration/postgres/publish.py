"""Copies the published mart into a schema of PostgreSQL: all of a run's tables in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from orchestration.company import Company
from orchestration.errors import BuildError
from orchestration.postgres.locks import wait_for_turn
from orchestration.postgres.replacement import replace
from orchestration.postgres.session import session
from orchestration.postgres.target import Target
from orchestration.progress import PROGRESS
from orchestration.publishing.mart import name
from orchestration.publishing.versions import MART, read_files
from orchestration.querying.published import published_version


@dataclass(frozen=True)
class Copied:
    """What was copied; ``changed`` counts rows that were deleted or inserted."""

    run: str
    tables: int
    rows: int
    changed: int
    seconds: float

    def __str__(self) -> str:
        counted = f"{self.tables} tables, {self.rows:,} rows, {self.changed:,} changed"
        return f"{self.run}: {counted}, {self.seconds:.1f} s"


def publish(company: Company, target: Target, on_rows: Callable[[int, int], None]) -> Copied:
    """Give the schema the published mart; readers see the old one until all of the new one is there.

    ``on_rows`` is told of rows that were copied, with how many there are in all.

    Raises:
        UsageError: nothing is published, or settings are wrong.
        BuildError: PostgreSQL refused; the schema holds what it did before.
    """
    start = time.perf_counter()
    with session() as postgres:
        postgres.run("set transaction isolation level read committed")
        wait_for_turn(postgres, target.schema)
        version = published_version(company)  # looked for after the wait, so that the last one brings the newest
        files = read_files(version.folder)
        with version.open(MART) as mart:
            tables = replace(postgres, mart, files, target, on_rows)
        postgres.commit()
    _vacuum(target.schema, (table.name for table in tables if table.changed))
    rows, changed = sum(table.rows for table in tables), sum(table.changed for table in tables)
    return Copied(version.run, len(tables), rows, changed, time.perf_counter() - start)


def _vacuum(schema: str, tables: Iterable[str]) -> None:
    """Free the space of replaced rows and renew what plans rest on; readers would wait for a file to be cut shorter."""
    try:
        with session(autocommit=True) as postgres:
            for table in tables:
                postgres.run(f"vacuum (analyze, truncate off, skip_locked) {name(schema)}.{name(table)}")
    except BuildError as error:
        PROGRESS.say(f"published, and left to autovacuum: {error}")
