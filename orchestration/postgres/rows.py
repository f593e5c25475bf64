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

DIFFERENCES = "pg_temp.kpi_publish_differences"
# a join of a quarter of a million rows with as many is done in memory
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
    columns, staged = list(map(name, relation.types)), _staged(relation)
    old, new = (", ".join(f"{alias}.{column}" for column in columns) for alias in ("old", "new"))
    same_key = " and ".join(f"new.{name(column)} = old.{name(column)}" for column in relation.key)
    compared = f"from {table} as old full join {staged} as new on {same_key} where ({new}) is distinct from ({old})"
    # ctid is where a row lies; nobody moves rows within this transaction
    session.run(
        f"create temp table {DIFFERENCES} on commit drop as select old.ctid as was, new.ctid as wanted {compared}"
    )
    deleted = session.run(f"delete from {table} as old using {DIFFERENCES} as d where old.ctid = d.was")
    added = f"select {new} from {staged} as new inner join {DIFFERENCES} as d on new.ctid = d.wanted"
    inserted = session.run(f"insert into {table} ({', '.join(columns)}) {added}")
    session.run(f"drop table {DIFFERENCES}")
    return deleted + inserted


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
