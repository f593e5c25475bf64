"""Which quarantined rows are still missing from the landing: neither replayed nor replaced by something newer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.casts import cast
from expectations.split import OURS
from orchestration.pulling.landing import SCHEMA_PULL

if TYPE_CHECKING:
    from orchestration.declarations.sources import Table
    from orchestration.pulling.landing import Batch, Footer

SQL_TYPES = {
    "string": "varchar",
    "integer": "bigint",
    "decimal": "decimal(18, 6)",
    "double": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}


@dataclass(frozen=True)
class Outstanding:
    """The rows that one batch set apart and that are missing still, as they came; with ``OURS`` of each."""

    batch: Batch
    rows: pa.Table


def outstanding(table: Table, zone: str, landed: Sequence[Batch], apart: Sequence[Batch]) -> list[Outstanding]:
    """The missing rows of every batch, oldest first.

    A row is missing no more when it was replayed, when its file landed again from the first row on (of a snapshot: when
    a newer one landed), or when a version of its key landed that is as new; of a group: any newer delivery of it.
    """
    left = [Outstanding(b, rows) for b, rows in _unreplayed(table, landed, apart) if rows.num_rows]
    return list(_without_newer(table, zone, landed, left)) if left else []


def _unreplayed(table: Table, landed: Sequence[Batch], apart: Sequence[Batch]) -> Iterator[tuple[Batch, pa.Table]]:
    there = {batch.footer.batch for batch in landed}
    newest = max((b.footer.pull for b in landed if b.footer.pull != SCHEMA_PULL), default="")
    redelivered = {f.origin.path: b.footer.batch for b in landed for f in b.footer.files if not f.first_row}
    replayed: dict[str, set[tuple[str, int]]] = {}
    for batch in landed:
        if done := batch.footer.replayed:
            replayed.setdefault(done.batch, set()).update(done.numbers())
    for batch in apart:
        name = batch.footer.batch
        if batch.footer.reason or name not in there or (table.mode == "snapshot" and batch.footer.pull < newest):
            continue
        again = {path for path, last in redelivered.items() if last > name}
        if {file.origin.path for file in batch.footer.files} <= again:
            continue
        rows = pq.read_table(batch.path)
        identities = zip(rows.column("_file").to_pylist(), rows.column("_row").to_pylist(), strict=True)
        done = replayed.get(name, set())
        yield batch, rows.filter(pa.array([i[0] not in again and i not in done for i in identities], pa.bool_()))


def _without_newer(
    table: Table, zone: str, landed: Sequence[Batch], left: Sequence[Outstanding]
) -> Iterator[Outstanding]:
    """Leave out rows of which a version as new has landed."""
    keys = table.key or table.replaces
    files = [str(batch.path) for batch in landed]
    if not keys or table.mode == "snapshot":
        yield from left
        return
    import duckdb

    with duckdb.connect() as con:
        for one in left:
            con.register("missing", typed_keys(table, zone, one.rows))
            found = con.execute(_newer(table, one.batch.footer), [files]).fetchall()
            replaced = {place for (place,) in found}
            rows = one.rows.filter(pa.array([place not in replaced for place in range(one.rows.num_rows)], pa.bool_()))
            if rows.num_rows:
                yield Outstanding(one.batch, rows)


def typed_keys(table: Table, zone: str, rows: pa.Table) -> pa.Table:
    """The key (or group) and the cursor of rows as they came, typed, and ``_place``; what does not fit is NULL."""
    names = [*(table.key or table.replaces), *([table.cursor] if table.cursor else [])]
    columns = {column.name: column for column in table.columns if column.name in names}
    typed = {name: cast(_values(rows, name), column, zone)[0] for name, column in columns.items()}
    return pa.table({**typed, "_place": pa.array(range(rows.num_rows), pa.int64())})


def as_delivered(rows: pa.Table) -> pa.Table:
    """Quarantined rows without what we said of them."""
    return rows.select([name for name in rows.column_names if name not in OURS])


def _newer(table: Table, own: Footer) -> str:
    keys = table.key or table.replaces
    types = {column.name: SQL_TYPES[column.type] for column in table.columns}
    batch = "parse_filename(filename, true)"
    matches = [f'landed."{key}"::{types[key]} = missing."{key}"' for key in keys]
    if table.replaces:
        newer = f"split_part({batch}, '-', 1) > '{own.pull}'"
    elif table.cursor:
        newer = f'landed."{table.cursor}"::{types[table.cursor]} >= missing."{table.cursor}"'
    else:
        newer = f"{batch} >= '{own.batch}'"
    files = "read_parquet($1, union_by_name = true, filename = true)"
    return f"select distinct _place from missing join {files} as landed on {' and '.join(matches)} where {newer}"


def _values(rows: pa.Table, name: str) -> pa.Array:
    if name not in rows.column_names:
        return pa.nulls(rows.num_rows, pa.string())
    return pa.concat_arrays(rows.column(name).chunks) if rows.num_rows else pa.array([], rows.schema.field(name).type)
