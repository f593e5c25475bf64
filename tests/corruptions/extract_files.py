"""Ways to spoil a file that a source system delivered; each returns a function of the file's path."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, Any]
Change = Callable[[Path], None]


def rows_changed(change: Callable[[list[Row]], list[Row] | None]) -> Change:
    """Read all rows, change them in place or return others, write them back in the file's own format."""

    def apply(file: Path) -> None:
        rows = read(file)
        changed = change(rows)
        write(file, rows if changed is None else changed)

    return apply


def column_set(column: str, value: Any, rows: int | None = 1) -> Change:
    """Set a column of the first ``rows`` rows (None: of all) to a value, or to what a function makes of the old one."""

    def change(found: list[Row]) -> None:
        for row in found[:rows]:
            row[column] = value(row[column]) if callable(value) else value

    return rows_changed(change)


def newer_version(**changed: Any) -> Change:
    """Deliver the first row with other contents and, as sources do then, with a newer time of the version."""

    def change(rows: list[Row]) -> None:
        rows[0].update(changed, updated_at="2026-09-30T21:00:00Z")

    return rows_changed(change)


def column_renamed(old: str, new: str) -> Change:
    """Give a column another name in every row."""
    return rows_changed(lambda rows: [{new if name == old else name: row[name] for name in row} for row in rows])


def column_removed(column: str) -> Change:
    """Leave a column out of every row."""
    return rows_changed(lambda rows: [{name: row[name] for name in row if name != column} for row in rows])


def column_added(column: str, value: Any) -> Change:
    """Add a column that nobody declared."""
    return rows_changed(lambda rows: [row | {column: value} for row in rows])


def columns_swapped(one: str, other: str) -> Change:
    """Exchange the contents of two columns in every row."""

    def change(rows: list[Row]) -> None:
        for row in rows:
            row[one], row[other] = row[other], row[one]

    return rows_changed(change)


def columns_reordered(file: Path) -> None:
    """Write the columns in the reverse order."""
    write(file, [dict(reversed(row.items())) for row in read(file)])


def times_moved(columns: list[str], by: timedelta) -> Change:
    """Move the times of every row, as a source does whose clock or zone is wrong."""

    def moved(value: Any) -> Any:
        if isinstance(value, datetime):
            return value + by
        if not value:
            return value
        zone = "Z" if value.endswith("Z") else ""
        shifted = datetime.fromisoformat(value.removesuffix("Z")) + by
        return shifted.isoformat(sep="T" if "T" in value else " ", timespec="seconds") + zone

    def change(rows: list[Row]) -> None:
        for row in rows:
            row.update({column: moved(row[column]) for column in columns})

    return rows_changed(change)


def rows_left_out(keep: Callable[[int, Row], bool]) -> Change:
    """Deliver only the rows that ``keep`` says, by position and row."""
    return rows_changed(lambda rows: [row for place, row in enumerate(rows) if keep(place, row)])


def row_repeated(times: int = 1, **changed: Any) -> Change:
    """Deliver the first row again at the end, with some of its columns changed."""
    return rows_changed(lambda rows: rows + [rows[0] | changed] * times)


def cut_off(share: float) -> Change:
    """Keep only the first bytes, as a broken transfer does."""

    def apply(file: Path) -> None:
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(content[: int(len(content) * share)])

    return apply


def bytes_changed(change: Callable[[bytes], bytes]) -> Change:
    """Change the content of the file, unpacked if it is packed."""

    def apply(file: Path) -> None:
        packed = file.suffix == ".gz"
        content = change(gzip.decompress(file.read_bytes()) if packed else file.read_bytes())
        file.unlink()
        file.write_bytes(gzip.compress(content, mtime=0) if packed else content)

    return apply


def overwritten(content: bytes) -> Change:
    """Put something else in its place."""

    def apply(file: Path) -> None:
        file.unlink()
        file.write_bytes(content)

    return apply


def delivered_again(name: str) -> Change:
    """Deliver the file once more under another name."""
    return lambda file: shutil.copyfile(file, file.with_name(name)) and None


def removed(file: Path) -> None:
    """Do not deliver the file."""
    file.unlink()


def read(file: Path) -> list[Row]:
    """The rows of a CSV, JSON lines (gzipped or not) or Parquet file; those of a CSV are text."""
    if file.suffix == ".parquet":
        return pq.read_table(file).to_pylist()
    text = gzip.decompress(file.read_bytes()).decode() if file.suffix == ".gz" else file.read_text()
    if ".jsonl" in file.name:
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.DictReader(io.StringIO(text)))


def write(file: Path, rows: list[Row]) -> None:
    """Write rows in the format of the file's name; the file gets a new inode, others may share the old one."""
    columns = list(dict.fromkeys(name for row in rows for name in row)) if rows else []
    schema = pq.read_schema(file) if file.suffix == ".parquet" else None
    file.unlink()
    if schema is not None:
        pq.write_table(_table(rows, columns, schema), file)
        return
    if ".jsonl" in file.name:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    else:
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        text = buffer.getvalue()
    file.write_bytes(gzip.compress(text.encode(), mtime=0) if file.suffix == ".gz" else text.encode())


def _table(rows: list[Row], columns: list[str], schema: pa.Schema) -> pa.Table:
    """Columns keep their type as far as the values still have it."""
    made = {}
    for column in columns:
        values = [row.get(column) for row in rows]
        kind = schema.field(column).type if column in schema.names else None
        try:
            made[column] = pa.array(values, kind)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            made[column] = pa.array([None if value is None else str(value) for value in values])
    return pa.table(made)
