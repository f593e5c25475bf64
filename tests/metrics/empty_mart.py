"""The tables of a mart without a row, whose columns are those of the mart contract."""

from collections.abc import Collection

from duckdb import DuckDBPyConnection

from orchestration.publishing.contract import mart_tables


def create_tables(con: DuckDBPyConnection, tables: Collection[str] = (), schema: str = "main") -> None:
    """Create these tables of the mart, all of them without a name; ``schema`` may be an attached database."""
    for table in mart_tables():
        if not tables or table.name in tables:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns.items())
            con.execute(f"create table {schema}.{table.name} ({columns})")


def attach_empty_mart(con: DuckDBPyConnection, tables: Collection[str] = ()) -> None:
    """Attach a database in memory as ``mart`` with these tables, all of them without a name."""
    con.execute("attach ':memory:' as mart")
    create_tables(con, tables, "mart")
