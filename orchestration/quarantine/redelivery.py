"""Delivers a snapshot or groups again, with quarantined rows that fit now: there a row lands with its whole, or never.

Staging takes from the newest pull of a snapshot what is gone, and from the newest pull of a group what it holds. Rows
that landed alone would look like all there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq

from expectations.casts import cast
from orchestration.company import Company
from orchestration.connectors import Delivery, Landed
from orchestration.declarations.sources import Table
from orchestration.pulling.batches import BatchWriter, Part, Taken
from orchestration.pulling.landing import Batch, next_pull
from orchestration.quarantine.retry import Retried
from orchestration.raw_checks.outstanding import SQL_TYPES


def deliver_again(company: Company, table: Table, retried: Retried, landed: list[Batch], now: datetime) -> None:
    """Land, in a pull of its own, the delivery that set the rows apart: what had landed of it and what fits now.

    Of a table that is replaced in groups, only the groups of the rows that fit come again. ``landed`` is all that has
    landed by now.
    """
    writer = BatchWriter(company.raw, company.quarantine, table, next_pull(now, landed))
    own = next(batch for batch in landed if batch.footer.batch == retried.batch.footer.batch)
    writer.land(list(_files(table, retried, own)) if table.mode == "snapshot" else [_groups(table, retried, landed)])
    writer.cut()


def _files(table: Table, retried: Retried, own: Batch) -> Iterator[Taken]:
    """The files of a snapshot, whose landed rows stand in the batch in the order of the files."""
    rows, start = _typed(pq.read_table(own.path), table), 0
    apart = Counter(pq.read_table(retried.batch.path, columns=["_file"]).column("_file").to_pylist())
    for file in own.footer.files:
        path = file.origin.path
        count = file.rows - apart[path]
        kept = [rows.slice(start, count), retried.kept.filter(pa.array([place[0] == path for place in retried.places]))]
        start += count
        left = retried.left.filter(pa.array([found == path for found in retried.left.column("_file").to_pylist()]))
        yield _taken(file, kept, left)


def _groups(table: Table, retried: Retried, landed: Sequence[Batch]) -> Taken:
    """The one file of a delivery, reduced to the groups of the rows that fit."""
    [file] = retried.batch.footer.files
    same = (file.origin.path, file.origin.sha256)
    deliveries = [b for b in landed if same in [(f.origin.path, f.origin.sha256) for f in b.footer.files]]
    return _taken(file, [_typed(_carried(table, retried.kept, deliveries), table), retried.kept], retried.left)


def _carried(table: Table, kept: pa.Table, deliveries: Sequence[Batch]) -> pa.Table:
    """What landed of the groups of ``kept``, from the newest of these deliveries that has them."""
    import duckdb

    types = {column.name: SQL_TYPES[column.type] for column in table.columns}
    groups = [f'"{name}"::{types[name]}' for name in table.replaces]
    matches = " and ".join(f'landed."{name}"::{types[name]} = fits."{name}"' for name in table.replaces)
    pull = "split_part(parse_filename(filename, true), '-', 1)"
    with duckdb.connect() as con:
        con.register("fits", kept.select(list(table.replaces)))
        found = con.sql(
            f"""
            select * exclude (filename, file_row_number)
            from read_parquet(?, union_by_name = true, filename = true, file_row_number = true) as landed
            semi join fits on {matches}
            qualify {pull} = max({pull}) over (partition by {", ".join(groups)})
            order by filename, file_row_number
            """,
            params=[[str(batch.path) for batch in deliveries]],
        )
        return found.to_arrow_table()


def _taken(file: Landed, kept: Sequence[pa.Table], left: pa.Table) -> Taken:
    together = pa.concat_tables([rows for rows in kept if rows.num_rows] or kept[:1], promote_options="permissive")
    part = Part(0, together.num_rows + left.num_rows, together, left)
    return Taken(Delivery(file.origin, 0, lambda: iter(())), [part], file.findings)


def _typed(rows: pa.Table, table: Table) -> pa.Table:
    """Rows that landed under an older declaration, in today's types."""
    for column in table.columns:
        if column.name in rows.column_names and rows.num_rows:
            values = cast(pa.concat_arrays(rows.column(column.name).chunks), column)[0]
            rows = rows.set_column(rows.column_names.index(column.name), column.name, values)
    return rows
