"""Who may read: a role that may do nothing else, and nobody besides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from orchestration.errors import BuildError, UsageError
from orchestration.publishing.mart import name, text

if TYPE_CHECKING:
    from orchestration.postgres.session import Session

CAN_READ = """
select bool_and(has_table_privilege({reader}, c.oid, 'select')) and has_schema_privilege({reader}, {schema}, 'usage')
from pg_class as c where c.relnamespace = to_regnamespace({schema_name}) and c.relname in ({tables})
"""


def make_reader(session: Session, reader: str) -> None:
    """Create the role that reads, unless there is one: nobody logs in as it, those who do are made its members.

    Raises:
        UsageError: it is the role that publishes.
        BuildError: there is none, and the role that publishes may not create it.
    """
    ((publisher, may_create),) = session.rows(
        "select rolname, rolcreaterole or rolsuper from pg_roles where rolname = current_user"
    )
    if reader == publisher:
        raise UsageError(f"--reader {reader}: is the role that publishes; name one that shall only read")
    if session.rows(f"select from pg_roles where rolname = {text(reader)}"):
        return
    if not may_create:
        statement = f"create role {name(reader)} nologin"
        raise BuildError(f"PostgreSQL: {publisher} may not create the role {reader}; have it made by: {statement};")
    session.run(f"create role {name(reader)} nologin")


def let_read(session: Session, schema: str, reader: str, tables: Iterable[str]) -> None:
    """Let the role select from these tables and from those that the publisher adds to the schema; all others nothing.

    Raises:
        BuildError: the role that publishes may not grant it.
    """
    listed = list(tables)
    home, role = name(schema), name(reader)
    of = ", ".join(f"{home}.{name(table)}" for table in listed)
    for statement in (
        f"revoke all on schema {home} from public, {role}",
        f"grant usage on schema {home} to {role}",
        f"revoke all on {of} from public, {role}",
        f"grant select on {of} to {role}",
        f"alter default privileges in schema {home} grant select on tables to {role}",
    ):
        session.run(statement)
    _check(session, schema, reader, listed)


def _check(session: Session, schema: str, reader: str, tables: Iterable[str]) -> None:
    """See that it is so: PostgreSQL only warns of a privilege that was not its to grant."""
    query = CAN_READ.format(
        reader=text(reader), schema=text(schema), schema_name=text(name(schema)), tables=", ".join(map(text, tables))
    )
    if session.rows(query) != [(True,)]:
        raise BuildError(f"PostgreSQL: {reader} may not read {schema}: the role that publishes must own the schema")
