"""Reads rows of a query into Python, and writes rows that were made there into a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]


def rows(con: DuckDBPyConnection, sql: str, parameters: list[Any] | dict[str, Any] | None = None) -> list[Row]:
    """Run a query and return its rows as dictionaries (column → value)."""
    result = con.execute(sql, parameters or [])
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def insert(con: DuckDBPyConnection, table: str, made: Sequence[Mapping[str, object]]) -> None:
    """Insert rows (column → value) by the table's own types, all in one statement; columns left out are NULL."""
    types = {name: kind for name, kind, *_ in con.execute(f"describe {table}").fetchall()}
    fields = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    listed = [{name: row.get(name) for name in types} for row in made]
    con.execute(f"insert into {table} by name select unnest(?::struct({fields})[], recursive := true)", [listed])
