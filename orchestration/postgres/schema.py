"""The schema that holds the mart: opened only if it is ours, and given other tables while they are being read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.errors import UsageError
from orchestration.postgres import publication
from orchestration.postgres.locks import lock_tables
from orchestration.postgres.rows import replace_rows
from orchestration.postgres.shape import Shape, alter, create, finish, shapes
from orchestration.publishing.mart import name, text

if TYPE_CHECKING:
    from orchestration.postgres.relations import Relation
    from orchestration.postgres.session import Session

COMMENT = "The KPI mart, copied by kpi publish; kpi_publication says of which run it is."


@dataclass(frozen=True)
class Schema:
    """A schema with what there was in it: ``shapes`` of all tables and views, ``ours`` the names of our tables."""

    session: Session
    name: str
    shapes: Mapping[str, Shape]
    ours: Collection[str]

    def fill(self, relations: Sequence[Relation]) -> dict[str, int]:
        """Give the tables the staged rows; returns how many were deleted and inserted, by table.

        Tables whose columns change come last, since their readers wait from then to the commit.

        Raises:
            UsageError: a table or view of somebody else's has the name of one of the mart's.
            BuildError: a reader keeps open what is to change.
        """
        self._refuse_strangers(relations)
        changing = [relation for relation in relations if self._changes(relation)]
        changed = {relation.name: self._replace(relation) for relation in relations if relation not in changing}
        wanted = {relation.name for relation in relations}
        gone = [table for table in self.ours if table not in wanted and table in self.shapes]
        if tables := [self.table(table) for table in [*(relation.name for relation in changing), *gone]]:
            lock_tables(self.session, tables)
        for table in gone:
            self.session.run(f"drop table {self.table(table)}")
        return changed | {relation.name: self._reshape(relation) for relation in changing}

    def table(self, relation: str) -> str:
        """Return the quoted name of a table, with the schema."""
        return f"{name(self.name)}.{name(relation)}"

    def _changes(self, relation: Relation) -> bool:
        was = self.shapes.get(relation.name)
        return was is not None and not was.is_of(relation)

    def _replace(self, relation: Relation) -> int:
        table = self.table(relation.name)
        if relation.name not in self.shapes:
            for statement in create(table, relation):
                self.session.run(statement)
        return replace_rows(self.session, table, relation)

    def _reshape(self, relation: Relation) -> int:
        table, was = self.table(relation.name), self.shapes[relation.name]
        for statement in alter(table, was, relation):
            self.session.run(statement)
        changed = replace_rows(self.session, table, relation)
        for statement in finish(table, was, relation):
            self.session.run(statement)
        return changed

    def _refuse_strangers(self, relations: Sequence[Relation]) -> None:
        for relation in relations:
            if relation.name in self.shapes and relation.name not in self.ours:
                why = "is not a table of kpi publish, and the mart has one of that name; rename it"
                raise UsageError(f"PostgreSQL: {self.table(relation.name)} {why}")


def open_schema(session: Session, schema: str) -> Schema:
    """Find out what a schema holds; it is created if there is none.

    Raises:
        UsageError: it holds tables or views, and none of them are ours.
    """
    if not session.rows(f"select 1 from pg_namespace where nspname = {text(schema)}"):
        session.run(f"create schema {name(schema)}")
        session.run(f"comment on schema {name(schema)} is {text(COMMENT)}")
    held = shapes(session, schema)
    if publication.NAME in held:
        listed = session.rows(f"select table_name from {name(schema)}.{name(publication.NAME)}")
        return Schema(session, schema, held, {table for (table,) in listed})
    if held:
        why = f"holds {min(held)}, which kpi publish did not make; name a schema for the mart alone"
        raise UsageError(f"--schema {schema}: {why}")
    return Schema(session, schema, held, ())
