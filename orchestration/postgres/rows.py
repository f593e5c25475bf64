"""Puts rows into tables that are being read: no lock that a reader meets, and nothing seen before the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from orchestration.errors import BuildError
from orchestration.publishing.mart import name, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.postgres.relations import Relation
    from orchestration.postgres.session import Session

# two joins of a quarter of a million rows each are done in memory
MEMORY = ("set local work_mem = '64MB'", "set local temp_buffers = '64MB'")


def stage(
    session: Session, mart: DuckDBPyConnection, relations: Iterable[Relation], on_rows: Callable[[int], None]
) -> None:
    """Copy relations of an open mart into temporary tables of their names; no other session can see those."""
    for setting in MEMORY:
        session.run(setting)
    for relation in relations:
        columns = ", ".join(f"{name(column)} {kind}" for column, kind in relation.types.items())
        session.run(f"create temp table {name(relation.name)} ({columns}) on commit drop")
        session.copy(relation.name, relation.batches(mart, on_rows))
        session.run(f"analyze {_staged(relation)}")


def replace_rows(session: Session, table: str, relation: Relation) -> int:
    """Give ``table`` (quoted, with its schema) the staged rows, touching only those that differ; returns how many did.

    Most rows of a mart are those of the run before. Deleting and inserting them all would be as right, and write all of
    them and of every index to the log, to backups and to replicas, each time.
    """
    columns = list(map(name, relation.types))
    old, new = (", ".join(f"{alias}.{column}" for column in columns) for alias in ("old", "new"))
    same_key = " and ".join(f"new.{name(column)} = old.{name(column)}" for column in relation.key)
    kept = f"select from {_staged(relation)} as new where {same_key} and ({new}) is not distinct from ({old})"
    deleted = session.run(f"delete from {table} as old where not exists ({kept})")
    missing = f"not exists (select from {table} as old where {same_key})"
    into = f"{table} ({', '.join(columns)})"
    return deleted + session.run(f"insert into {into} select {new} from {_staged(relation)} as new where {missing}")


def verify_counts(session: Session, schema: str, relations: Iterable[Relation]) -> None:
    """Compare how many rows each table has with how many the mart has.

    Raises:
        BuildError: they differ; nothing may be committed.
    """
    expected = {relation.name: relation.rows for relation in relations}
    counts = (f"select {text(table)}, count(*) from {name(schema)}.{name(table)}" for table in expected)
    found = dict(session.rows(" union all ".join(counts)))
    for table, rows in expected.items():
        if found[table] != rows:
            raise BuildError(f"PostgreSQL: {schema}.{table} would have {found[table]} rows, the mart has {rows}")


def _staged(relation: Relation) -> str:
    return f"pg_temp.{name(relation.name)}"
