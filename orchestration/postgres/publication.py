"""The table beside the mart's that says of each which run it was copied from: also how its schema is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from orchestration.errors import BuildError
from orchestration.postgres.relations import Column, Relation
from orchestration.publishing.mart import name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.postgres.session import Session

NAME = "kpi_publication"
KEY = ("table_name",)
COMMENT = "One row per table of this schema that kpi publish keeps: the run that it was copied from, and when."
COLUMNS = tuple(
    Column(column, kind, comment, name(column))
    for column, kind, comment in (
        ("table_name", "text", "Table or view of the mart, or this table."),
        ("rows", "bigint", "Rows that it has."),
        ("run_id", "text", "Run whose mart it is, as in kpi_runs."),
        ("as_of", "timestamp without time zone", "Now of that run (UTC)."),
        ("copied_at", "timestamp without time zone", "When copying it began (UTC)."),
    )
)
CREATE = f"""
create temp table {NAME} (table_name varchar, rows bigint, run_id varchar, as_of timestamp, copied_at timestamp)
"""


@dataclass(frozen=True)
class Publication:
    """A run's mart in PostgreSQL; times are naive UTC."""

    run_id: str
    as_of: datetime
    copied_at: datetime

    def of(self, mart: DuckDBPyConnection, relations: Iterable[Relation]) -> Relation:
        """Return the table that says this of all relations, itself among them; the open mart gets it for the time."""
        rows = {relation.name: relation.rows for relation in relations}
        rows[NAME] = len(rows) + 1
        mart.execute(CREATE)
        mart.executemany(
            f"insert into {NAME} values (?, ?, ?, ?, ?)",
            [(table, count, self.run_id, self.as_of, self.copied_at) for table, count in rows.items()],
        )
        return Relation(NAME, KEY, COLUMNS, COMMENT, rows[NAME], NAME)


def refuse_older(session: Session, table: str, about: Publication) -> None:
    """Let nobody replace a newer mart by an older one unasked; ``table`` is the one of this name that is there.

    Raises:
        BuildError: it speaks of a run as of a later time.
    """
    for run_id, as_of in session.rows(f"select run_id, as_of from {table} order by as_of desc limit 1"):
        if as_of > about.as_of:
            held = f"PostgreSQL holds run {run_id[:8]} as of {as_of:%Y-%m-%d %H:%M} UTC"
            ours = f"the published mart is of run {about.run_id[:8]} as of {about.as_of:%Y-%m-%d %H:%M}"
            raise BuildError(f"{held}, and {ours}; nothing was replaced, which --force does")
