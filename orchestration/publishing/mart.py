"""The mart file: every table of the contract, copied from the warehouse, with comments, and as Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.dbt.manifest import models
from orchestration.publishing.contract import MartTable
from orchestration.publishing.errors import PublishError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# What BI tools on an older DuckDB still read.
STORAGE_VERSION = "v1.5.0"


@dataclass(frozen=True)
class Description:
    """A table's and its columns' comments, from the dbt model's description."""

    table: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def new_mart(con: DuckDBPyConnection, file: Path) -> Iterator[None]:
    """Attach an empty mart file as ``mart``; at the end it is whole on disk and detached."""
    con.execute(f"attach {text(file)} as mart (storage_version '{STORAGE_VERSION}')")
    yield
    con.execute("checkpoint mart")
    con.execute("detach mart")


def copy_tables(
    con: DuckDBPyConnection, tables: tuple[MartTable, ...], descriptions: Mapping[str, Description]
) -> None:
    """Fill the tables of ``mart`` from the attached ``warehouse`` database; one that this lacks stays empty."""
    for table in tables:
        _copy_table(con, table)
        comment_on(con, "table", f"mart.{table.name}", _described(table, descriptions))


def row_counts(con: DuckDBPyConnection, relations: Iterable[str]) -> dict[str, int]:
    """Return the rows of tables and views of ``mart``."""
    return {
        relation: con.execute(f"select count(*) from mart.{name(relation)}").fetchone()[0]  # type: ignore[index]
        for relation in relations
    }


def write_parquet(con: DuckDBPyConnection, file: Path, folder: Path, keys: Mapping[str, tuple[str, ...]]) -> None:
    """Write every table and view of a mart file, in the order of its key, as ``<name>.parquet`` in ``folder``."""
    folder.mkdir()
    con.execute(f"attach {text(file)} as mart (read_only)")
    con.execute("use mart")
    for relation, key in keys.items():
        order = ", ".join(name(column) for column in key)
        target = text(folder / f"{relation}.parquet")
        query = f"select * from {name(relation)} order by {order}"
        con.execute(f"copy ({query}) to {target} (format parquet, compression zstd)")
    con.execute("use memory")
    con.execute("detach mart")


def comment_on(con: DuckDBPyConnection, kind: str, relation: str, description: Description | None) -> None:
    """Set the comments of a table or view, and of those of its columns that it has."""
    description = description or Description()
    con.execute(f"comment on {kind} {relation} is {text(description.table)}")
    have = {row[0] for row in con.execute(f"describe {relation}").fetchall()}
    for column, comment in description.columns.items():
        if comment and column in have:
            con.execute(f"comment on column {relation}.{name(column)} is {text(comment)}")


def descriptions_of(manifest: Mapping[str, Any]) -> dict[str, Description]:
    """Return what dbt's manifest says about its models: name → description."""
    return {
        model: Description(
            node.get("description", ""),
            {column: spec.get("description", "") for column, spec in node.get("columns", {}).items()},
        )
        for model, node in models(manifest).items()
    }


def name(identifier: str) -> str:
    """Quote an SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: object) -> str:
    """Quote an SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"


def columns_of(con: DuckDBPyConnection, database: str, schema: str, table: str) -> dict[str, str]:
    """Return a relation's columns, name → type; empty where there is no such relation."""
    return dict(
        con.execute(
            "select column_name, data_type from duckdb_columns() "
            "where database_name = ? and schema_name = ? and table_name = ? order by column_index",
            [database, schema, table],
        ).fetchall()
    )


def _described(table: MartTable, descriptions: Mapping[str, Description]) -> Description:
    """Return what the dbt model says of a table, and what the contract says where no model does."""
    model = descriptions.get(table.name, Description())
    columns = {**table.comments, **{column: comment for column, comment in model.columns.items() if comment}}
    return Description(model.table or f"One row per {table.row}.", columns)


def _copy_table(con: DuckDBPyConnection, table: MartTable) -> None:
    declared = ", ".join(f"{name(column)} {kind}" for column, kind in table.columns.items())
    con.execute(f"create table mart.{table.name} ({declared})")
    available = columns_of(con, "warehouse", *table.origin)
    if not available:
        return
    _check_columns(table, available)
    columns = ", ".join(
        (name(column) if column in available else "null") + f"::{kind}" for column, kind in table.columns.items()
    )
    order = ", ".join(name(column) for column in table.key)
    origin = f"warehouse.{name(table.origin[0])}.{name(table.origin[1])}"
    con.execute(f"insert into mart.{table.name} select {columns} from {origin} order by {order}")


def _check_columns(table: MartTable, available: Mapping[str, str]) -> None:
    missing = [column for column in table.key if column not in available]
    if missing:
        raise PublishError(f"{'.'.join(table.origin)} lacks the key column {missing[0]} of mart_contract.yml")
    if table.origin[0] != "kpi":
        return
    unknown = [column for column in available if column not in table.columns]
    if unknown:
        raise PublishError(
            f"{'.'.join(table.origin)} has the column {unknown[0]}, which mart_contract.yml does not publish: "
            "add it there or leave it out of the model"
        )
