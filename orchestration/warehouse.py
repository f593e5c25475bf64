"""The warehouse's control schema: which run this is, what has landed, what changed, and who has seen it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.dbt.manifest import logged_days, models

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DDL = """
create schema if not exists control;
create sequence if not exists control.change_seq;
create table if not exists control.runs (
    run_id varchar, run_seq bigint, started_at timestamp, as_of timestamp,
    rows_in bigint, rows_landed bigint, rows_quarantined bigint,
    git_revision varchar, status varchar, seconds_by_step varchar, finished_at timestamp, fingerprint varchar
);
create or replace view control.run as
    select run_id, run_seq, as_of, started_at from control.runs order by run_seq desc limit 1;
create table if not exists control.batches (
    system varchar, table_name varchar, batch varchar, pull varchar, path varchar,
    pulled_at timestamp, rows bigint, rows_quarantined bigint
);
create table if not exists control.sources (
    system varchar, table_name varchar, entity varchar, mode varchar, freshness_hours double
);
create table if not exists control.staged (model varchar, batch varchar);
create table if not exists control.changes (topic varchar, key varchar, seq bigint);
create table if not exists control.offsets (consumer varchar, seq bigint, as_of timestamp);
create table if not exists control.definitions (model varchar, hash varchar, run_id varchar);
create table if not exists control.dbt_tests (
    name varchar, model varchar, severity varchar, passed boolean, failed_rows bigint,
    message varchar, reason_en varchar, reason_es varchar, run_id varchar
);
"""


# In place of the fingerprint of a run that did not build every model: the next run has something to build.
PARTIAL = "partial"


@dataclass(frozen=True)
class OpenedRun:
    """A run as it enters the warehouse; both times are naive UTC, ``fingerprint`` is that of all definitions."""

    run_id: str
    started_at: datetime
    as_of: datetime
    fingerprint: str = ""
    rows_in: int = 0
    rows_landed: int = 0
    rows_quarantined: int = 0


@dataclass(frozen=True)
class SourceRow:
    """A declared source table as the models see it."""

    system: str
    table_name: str
    entity: str | None
    mode: str | None
    freshness_hours: float | None


def connect(path: Path) -> DuckDBPyConnection:
    """Open the warehouse at ``path`` for writing, with its control schema in place."""
    import duckdb

    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(str(path))
    connection.execute(DDL)
    return connection


def open_run(
    con: DuckDBPyConnection, run: OpenedRun, raw: Path, sources: Iterable[SourceRow], git_revision: str | None = None
) -> bool:
    """Begin a run: insert it, refresh batches and sources; one transaction.

    Returns:
        Whether there is anything to build: False if the last run was published from the same batches, sources and
        definitions at the same as-of.
    """
    con.execute("begin")
    same = con.execute(
        "select status = 'published' and as_of = ? and fingerprint = ? from control.runs order by run_seq desc limit 1",
        [run.as_of, run.fingerprint],
    ).fetchone()
    con.execute(
        """
        insert into control.runs
        select ?, coalesce(max(run_seq), 0) + 1, ?, ?, ?, ?, ?, ?, 'running', '{}', null, ? from control.runs
        """,
        [
            *(run.run_id, run.started_at, run.as_of, run.rows_in, run.rows_landed, run.rows_quarantined),
            *(git_revision, run.fingerprint),
        ],
    )
    before = _content(con)
    _refresh_batches(con, raw)
    _refresh_sources(con, sources)
    con.execute("commit")
    return not (same and same[0] and before == _content(con))


def mark_unfinished(con: DuckDBPyConnection, published_run: str | None) -> None:
    """Mark runs interrupted that never ended, and the last one if it was killed between its last words and its mart.

    ``published_run`` is the run whose mart readers see; None where none is.
    """
    con.execute(
        """
        update control.runs set status = 'interrupted'
        where status = 'running'
            or (status = 'published' and run_id <> ? and run_seq = (select max(run_seq) from control.runs))
        """,
        [published_run],
    )


def finish_run(
    con: DuckDBPyConnection, run_id: str, status: str, seconds_by_step: Mapping[str, float], finished_at: datetime
) -> None:
    """Complete a run's row with its status (published, failed) and the seconds that each step took.

    It ends no earlier than it began, though the clock went back.
    """
    con.execute(
        "update control.runs set status = ?, seconds_by_step = ?, finished_at = greatest(?, started_at) "
        "where run_id = ?",
        [status, json.dumps(dict(seconds_by_step)), finished_at, run_id],
    )


def mark_partial(con: DuckDBPyConnection, run_id: str) -> None:
    """Remember that a run built only some of the models."""
    con.execute("update control.runs set fingerprint = ? where run_id = ?", [PARTIAL, run_id])


def built_as_of(con: DuckDBPyConnection) -> datetime | None:
    """Return the latest as-of that an incremental table was built to, None before the first."""
    row = con.execute("select max(as_of) from control.offsets").fetchone()
    return row[0] if row else None


def prune_changes(con: DuckDBPyConnection, consumers: Iterable[str], published_seq: int) -> None:
    """Forget changes that every consumer and the published facts have seen, and acknowledgements that newer ones cover.

    ``consumers`` are the incremental models of today: one without an acknowledgement is built whole and needs no log.
    """
    con.execute("begin")
    con.execute("delete from control.offsets where consumer not in (select unnest(?::varchar[]))", [list(consumers)])
    con.execute(
        """
        create or replace temp table newest as
        select consumer, max(seq) as seq, max(as_of) as as_of from control.offsets group by consumer
        """
    )
    con.execute("delete from control.offsets")
    con.execute("insert into control.offsets select * from newest")
    con.execute(
        "delete from control.changes where seq <= least(?, (select coalesce(min(seq), 0) from newest))", [published_seq]
    )
    con.execute("commit")


def recompute(con: DuckDBPyConnection, manifest: Mapping[str, Any], first: date, last: date) -> None:
    """Log every day from ``first`` to ``last`` as changed in every fact and state: states and values are rebuilt."""
    con.execute(
        """
        insert into control.changes
        select topic, strftime(day, '%Y-%m-%d'), nextval('control.change_seq')
        from unnest(?::varchar[]) as topics (topic), range(?::date, ?::date + 1, interval 1 day) as days (day)
        """,
        [_day_topics(manifest), first, last],
    )


def _day_topics(manifest: Mapping[str, Any]) -> list[str]:
    """Return the topics under which facts and states log their changed days, such as ``fct_orders.ordered_day``."""
    dated = [node for name, node in models(manifest).items() if name.startswith(("fct_", "state_"))]
    return sorted(f"{node['name']}.{column}" for node in dated for column in logged_days(node))


def utc_now() -> datetime:
    """Return the clock's time as a naive UTC timestamp, as the warehouse keeps times."""
    return datetime.now(UTC).replace(tzinfo=None)


def _content(con: DuckDBPyConnection) -> list[tuple]:
    """Return a digest of the tables that a run refreshes."""
    query = "select count(*), sum(hash(t)) from control.{} as t"
    return [con.execute(query.format(table)).fetchone() or () for table in ("batches", "sources")]


def _refresh_batches(con: DuckDBPyConnection, raw: Path) -> None:
    """Read every batch's footer: the landing is the state, the table only a copy that models can query."""
    con.execute("delete from control.batches")
    files = [str(path.absolute()) for path in sorted(raw.glob("*/*/*.parquet")) if not path.name.startswith(".")]
    if not files:
        return
    con.execute(
        """
        insert into control.batches
        select
            footer->>'system', footer->>'table', footer->>'batch', footer->>'pull', file_name,
            (footer->>'pulled_at')::timestamptz at time zone 'UTC',
            (footer->>'rows')::bigint, (footer->>'rows_quarantined')::bigint
        from (
            select file_name, decode(value)::json as footer
            from parquet_kv_metadata(?) where decode(key) = 'kpi_mart'
        )
        """,
        [files],
    )


def _refresh_sources(con: DuckDBPyConnection, sources: Iterable[SourceRow]) -> None:
    con.execute("delete from control.sources")
    rows = [[row.system, row.table_name, row.entity, row.mode, row.freshness_hours] for row in sources]
    if rows:
        con.executemany("insert into control.sources values (?, ?, ?, ?, ?)", rows)
