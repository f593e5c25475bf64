"""What tables and columns say of themselves, as the mart does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from orchestration.publishing.mart import name, text

if TYPE_CHECKING:
    from orchestration.postgres.relations import Relation
    from orchestration.postgres.session import Session

COMMENTS = """
select c.relname, coalesce(a.attname, ''), d.description
from pg_description as d
inner join pg_class as c on d.classoid = 'pg_class'::regclass and d.objoid = c.oid
left join pg_attribute as a on a.attrelid = c.oid and a.attnum = d.objsubid and d.objsubid > 0
where c.relnamespace = to_regnamespace({schema}) and c.relkind = 'r'
"""


def write_comments(session: Session, schema: str, relations: Iterable[Relation]) -> None:
    """Set the comments that are not what the mart says; a table that says the right thing is not touched."""
    found = session.rows(COMMENTS.format(schema=text(name(schema))))
    held = {(table, column): comment for table, column, comment in found}
    for relation in relations:
        for column, comment in _comments(relation):
            if held.get((relation.name, column), "") != comment:
                session.run(_statement(f"{name(schema)}.{name(relation.name)}", column, comment))


def _comments(relation: Relation) -> Iterator[tuple[str, str]]:
    yield "", relation.comment
    for column in relation.columns:
        yield column.name, column.comment


def _statement(table: str, column: str, comment: str) -> str:
    on = f"column {table}.{name(column)}" if column else f"table {table}"
    return f"comment on {on} is {text(comment) if comment else 'null'}"
