"""The shape of tables: what PostgreSQL has, what the mart wants, and the statements from one to the other.

Columns are added and dropped in place. A table that was dropped and made anew would be empty to a reader whose snapshot
is older, and whatever was built on it would be gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.publishing.mart import name, text

if TYPE_CHECKING:
    from orchestration.postgres.relations import Relation
    from orchestration.postgres.session import Session

# what filters of dashboards need beside the keys, which begin with kpi, grain and period_start: all KPIs of a period
INDEXES = {"kpi_values": ("grain", "slice", "period_start")}
SHAPES = """
select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), k.conname, array_position(k.conkey, a.attnum)
from pg_class as c
inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_constraint as k on k.conrelid = c.oid and k.contype = 'p'
where c.relnamespace = to_regnamespace({schema}) and c.relkind in ('r', 'p', 'v', 'm', 'f')
order by c.relname, a.attnum
"""


@dataclass(frozen=True)
class Shape:
    """A table that is there: column → type, its primary key and what that constraint is called."""

    columns: Mapping[str, str]
    key: tuple[str, ...]
    constraint: str | None

    def is_of(self, relation: Relation) -> bool:
        """Whether the rows of a relation fit as they are."""
        return self.key == relation.key and self.columns == relation.types


def shapes(session: Session, schema: str) -> dict[str, Shape]:
    """Return everything in a schema that has columns, by name."""
    found: dict[str, list[tuple[str, str, str | None, int | None]]] = {}
    for relation, *column in session.rows(SHAPES.format(schema=text(name(schema)))):
        found.setdefault(relation, []).append(tuple(column))
    return {relation: _shape(columns) for relation, columns in found.items()}


def create(table: str, relation: Relation) -> Iterator[str]:
    """Yield what makes ``table`` (quoted, with its schema)."""
    columns = ", ".join(f"{name(column.name)} {column.type}" for column in relation.columns)
    yield f"create table {table} ({columns}, {_primary_key(relation)})"
    yield from _indexes(table, relation)


def alter(table: str, was: Shape, relation: Relation) -> Iterator[str]:
    """Yield what gives ``table`` the columns of a relation; its key follows with ``finish``, once the rows do."""
    wanted = relation.types
    if was.key != relation.key and was.constraint:
        yield f"alter table {table} drop constraint {name(was.constraint)}"
        for column in was.key:
            yield f"alter table {table} alter column {name(column)} drop not null"
    for column, kind in was.columns.items():
        if wanted.get(column) != kind:
            yield f"alter table {table} drop column {name(column)}"
    for column, kind in wanted.items():
        if was.columns.get(column) != kind:
            yield f"alter table {table} add column {name(column)} {kind}"


def finish(table: str, was: Shape, relation: Relation) -> Iterator[str]:
    """Yield what gives ``table`` the key and the indexes that went with columns."""
    wanted = relation.types
    if was.key != relation.key or any(was.columns[column] != wanted[column] for column in was.key):
        yield f"alter table {table} add {_primary_key(relation)}"
    yield from _indexes(table, relation)


def _shape(columns: list[tuple[str, str, str | None, int | None]]) -> Shape:
    places = sorted((place, column) for column, _, _, place in columns if place is not None)
    types = {column: kind for column, kind, _, _ in columns}
    return Shape(types, tuple(column for _, column in places), columns[0][2])


def _primary_key(relation: Relation) -> str:
    return f"primary key ({', '.join(map(name, relation.key))})"


def _indexes(table: str, relation: Relation) -> Iterator[str]:
    if columns := INDEXES.get(relation.name):
        yield f"create index if not exists {name(f'{relation.name}_by_period')} on {table} ({', '.join(columns)})"
