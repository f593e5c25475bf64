"""The last look at a version before readers see it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.publishing.contract import MartTable
from orchestration.publishing.errors import PublishError
from orchestration.publishing.mart import columns_of, name
from orchestration.publishing.views import MartView

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def verify_mart(
    file: Path, tables: tuple[MartTable, ...], views: tuple[MartView, ...], rows: Mapping[str, int]
) -> None:
    """Open the finished mart read-only and compare it with its contract and with the rows that were written.

    Raises:
        PublishError: a table, a view, a column, a row count or a unique key is not as promised.
    """
    import duckdb

    with duckdb.connect(str(file), read_only=True) as con:
        _same(f"tables of {file.name}", _names(con, "table"), {table.name for table in tables})
        _same(f"views of {file.name}", _names(con, "view"), {view.name for view in views})
        for table in tables:
            columns = columns_of(con, _database(con), "main", table.name)
            _same(f"columns of {table.name}", list(columns.items()), list(table.columns.items()))
        for relation in (*tables, *views):
            _check_rows(con, relation.name, relation.key, rows[relation.name])


def verify_views(file: Path, expected: Mapping[str, int]) -> None:
    """Open the published warehouse read-only and compare every view's row count with the warehouse's.

    Raises:
        PublishError: a view does not have all rows.
    """
    import duckdb

    with duckdb.connect(str(file), read_only=True) as con:
        for table, rows in expected.items():
            found = con.execute(f"select count(*) from marts.{name(table)}").fetchone()
            _same(f"rows of marts.{table}", found and found[0], rows)


def _database(con: DuckDBPyConnection) -> str:
    return con.execute("select current_database()").fetchone()[0]  # type: ignore[index]


def _names(con: DuckDBPyConnection, kind: str) -> set[str]:
    query = f"select {kind}_name from duckdb_{kind}s() where not internal"
    return {row[0] for row in con.execute(query).fetchall()}


def _check_rows(con: DuckDBPyConnection, relation: str, key: tuple[str, ...], expected: int) -> None:
    keys, table = ", ".join(name(column) for column in key), name(relation)
    query = f"select (select count(*) from {table}), (select count(*) from (select distinct {keys} from {table}))"
    rows, distinct = con.execute(query).fetchone()  # type: ignore[misc]
    _same(f"rows of {relation}", rows, expected)
    _same(f"distinct ({keys}) of {relation}", distinct, rows)


def _same(what: str, found: Any, expected: Any) -> None:
    if found != expected:
        raise PublishError(f"the new mart is not published: {what}: {found}, expected {expected}")
