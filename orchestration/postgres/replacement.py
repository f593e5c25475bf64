"""One run's mart in place of another's, within the transaction that it is called in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from orchestration.postgres.access import let_read, make_reader
from orchestration.postgres.comments import write_comments
from orchestration.postgres.publication import NAME, Publication, refuse_older
from orchestration.postgres.relations import relations_of
from orchestration.postgres.rows import stage, verify_counts
from orchestration.postgres.schema import open_schema
from orchestration.warehouse import utc_now

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.postgres.session import Session
    from orchestration.postgres.target import Target


@dataclass(frozen=True)
class Table:
    """A table that was replaced: its rows, and how many were deleted or inserted for it."""

    name: str
    rows: int
    changed: int


def replace(
    session: Session,
    mart: DuckDBPyConnection,
    files: Mapping[str, Any],
    target: Target,
    on_rows: Callable[[int, int], None],
) -> list[Table]:
    """Replace all tables of the schema by those of an open mart; ``files`` is what files.json of its version says.

    Raises:
        UsageError: the schema is somebody else's, or an older kpi-mart published the mart.
        BuildError: the schema holds a newer mart, tables are kept open, or rows went missing.
    """
    about = Publication(files["run_id"], datetime.fromisoformat(files["as_of"]), utc_now())
    schema = open_schema(session, target.schema)
    if schema.ours and not target.force:
        refuse_older(session, schema.table(NAME), about)
    relations = relations_of(mart, files.get("keys", {}))
    relations = (*relations, about.of(mart, relations))
    total = sum(relation.rows for relation in relations)
    make_reader(session, target.reader)
    stage(session, mart, relations, lambda rows: on_rows(rows, total))
    changed = schema.fill(relations)
    write_comments(session, target.schema, relations)
    let_read(session, target.schema, target.reader, changed)
    verify_counts(session, target.schema, relations)
    return [Table(relation.name, relation.rows, changed[relation.name]) for relation in relations]
