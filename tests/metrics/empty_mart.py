"""The tables of a mart without a row, in memory."""

from collections.abc import Collection

from duckdb import DuckDBPyConnection

from orchestration.publishing.contract import mart_tables


def attach_empty_mart(con: DuckDBPyConnection, tables: Collection[str]) -> None:
    """Attach ``mart`` with these tables, whose columns are those of the mart contract."""
    con.execute("attach ':memory:' as mart")
    for table in (table for table in mart_tables() if table.name in tables):
        columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns.items())
        con.execute(f"create table mart.{table.name} ({columns})")
