"""What is copied: every table and view of a published mart, as PostgreSQL is to hold it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.errors import UsageError
from orchestration.postgres.types import postgres_type, value_sql
from orchestration.publishing.mart import name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pyarrow import RecordBatch, RecordBatchReader

BATCH_ROWS = 20_000
LONGEST_NAME = 63  # bytes
RELATIONS = """
select table_name as relation, comment from duckdb_tables() where not internal
union all
select view_name, comment from duckdb_views() where not internal
order by relation
"""
COLUMNS = """
select column_name, data_type, comment from duckdb_columns()
where not internal and table_name = ? order by column_index
"""


@dataclass(frozen=True)
class Column:
    """A column in PostgreSQL; ``value`` is the DuckDB expression that fills it."""

    name: str
    type: str
    comment: str
    value: str


@dataclass(frozen=True)
class Relation:
    """A table in PostgreSQL, unique by ``key``, that holds the ``rows`` rows of a table or view of the mart."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    comment: str
    rows: int
    source: str

    @property
    def types(self) -> dict[str, str]:
        """Column → type."""
        return {column.name: column.type for column in self.columns}

    def batches(self, mart: DuckDBPyConnection, on_rows: Callable[[int], None]) -> RecordBatchReader:
        """Read the rows in the order of the key, as Arrow; ``on_rows`` is told of each batch that is taken."""
        import pyarrow

        values = ", ".join(f"{column.value} as {name(column.name)}" for column in self.columns)
        order = ", ".join(name(column) for column in self.key)
        reader = mart.sql(f"select {values} from {name(self.source)} order by {order}").to_arrow_reader(BATCH_ROWS)
        return pyarrow.RecordBatchReader.from_batches(reader.schema, _told(reader, on_rows))


def relations_of(mart: DuckDBPyConnection, keys: Mapping[str, list[str]]) -> tuple[Relation, ...]:
    """List the tables and views of an open mart, with the keys that files.json of its version says.

    Raises:
        UsageError: an older kpi-mart published it, without the keys.
    """
    found = mart.execute(RELATIONS).fetchall()
    if unknown := [relation for relation, _ in found if relation not in keys]:
        why = f"was published by an older kpi-mart, which did not keep the key of {unknown[0]}"
        raise UsageError(f"the mart {why}; publish it anew by `kpi run`")
    return tuple(_relation(mart, relation, keys[relation], comment or "") for relation, comment in found)


def kept_name(wanted: str) -> str:
    """Return a name that PostgreSQL keeps whole: it cuts what is longer than 63 bytes, and two may then be one."""
    encoded = wanted.encode()
    if len(encoded) <= LONGEST_NAME:
        return wanted
    mark = hashlib.sha256(encoded).hexdigest()[:8]
    return f"{encoded[: LONGEST_NAME - 9].decode(errors='ignore')}_{mark}"


def _relation(mart: DuckDBPyConnection, source: str, key: list[str], comment: str) -> Relation:
    columns = tuple(
        Column(kept_name(column), postgres_type(kind), said or "", value_sql(column, kind))
        for column, kind, said in mart.execute(COLUMNS, [source]).fetchall()
    )
    rows = mart.execute(f"select count(*) from {name(source)}").fetchone()[0]  # type: ignore[index]
    return Relation(kept_name(source), tuple(map(kept_name, key)), columns, comment, rows, source)


def _told(reader: RecordBatchReader, on_rows: Callable[[int], None]) -> Iterator[RecordBatch]:
    for batch in reader:
        yield batch
        on_rows(batch.num_rows)
