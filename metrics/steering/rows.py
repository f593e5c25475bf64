"""Writes rows that were made in Python into a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def insert(con: DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows (column → value) by the table's own types, all in one statement; columns left out are NULL."""
    types = {name: kind for name, kind, *_ in con.execute(f"describe {table}").fetchall()}
    fields = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    listed = [{name: row.get(name) for name in types} for row in rows]
    con.execute(f"insert into {table} by name select unnest(?::struct({fields})[], recursive := true)", [listed])
