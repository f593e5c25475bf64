"""Reads CSV, JSON-lines and Parquet files in chunks, values as the source wrote them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from expectations.privacy import tells_nobody
from orchestration.connectors import CHUNK_ROWS, UnreadableError

BLOCK_BYTES = 16 << 20
CHUNK_BYTES = 64 << 20
THREAD_ROWS = 50_000  # below, handing columns to threads costs more than it saves
READ_ERRORS = (OSError, EOFError, zlib.error)
BOM = b"\xef\xbb\xbf"

Reader = Callable[[Path, int], Iterator[pa.Table]]


def read_csv(path: Path, offset: int = 0) -> Iterator[pa.Table]:
    """Rows after byte ``offset`` (0: all), all text; empty is NULL, a column without a name ``column_<n>``."""
    with _open(path) as file:
        names = _header(file)
    with _open(path) as file:
        counted = _Quotes(file)
        file.seek(offset)
        for batch in _csv_batches(path, counted, names, offset):
            for start in range(0, batch.num_rows, CHUNK_ROWS):
                yield pa.Table.from_batches([batch.slice(start, CHUNK_ROWS)]).rename_columns(names)
    if counted.quotes % 2:
        _check_quotes(path)
    if counted.rows == (0 if offset else 1):
        yield pa.table({name: pa.array([], pa.string()) for name in names})


def read_jsonl(path: Path, offset: int = 0) -> Iterator[pa.Table]:
    """Objects after byte ``offset``, one a line: text and numbers as written, true and false, nested values as JSON.

    A chunk has the columns that its objects have; a field that an object lacks is NULL.
    """
    first = start = 1 + _lines_before(path, offset)
    try:
        with _open(path) as file:
            file.seek(offset)
            while lines := _some_lines(file):
                yield _objects(lines, first)
                first += len(lines)
    except READ_ERRORS as error:
        raise UnreadableError(f"cannot be read: {_brief(error)}") from None
    if first == start:
        yield pa.table({})


def read_parquet(path: Path, offset: int = 0) -> Iterator[pa.Table]:
    """All rows, with the file's own types."""
    try:
        with pq.ParquetFile(path) as file:
            _check_names(file.schema_arrow.names)
            threads = file.metadata.num_rows > THREAD_ROWS
            for batch in file.iter_batches(batch_size=CHUNK_ROWS, use_threads=threads):
                yield pa.Table.from_batches([batch])
            if not file.metadata.num_rows:
                yield file.schema_arrow.empty_table()
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError(f"is not a readable Parquet file: {_brief(error)}") from None


READERS: dict[str, Reader] = {"csv": read_csv, "jsonl": read_jsonl, "parquet": read_parquet}


def _some_lines(file: BinaryIO) -> list[bytes]:
    """The next lines, bounded in number and in bytes."""
    lines, size = [], 0
    for line in islice(file, CHUNK_ROWS):
        lines.append(line)
        size += len(line)
        if size > CHUNK_BYTES:
            break
    return lines


def _open(path: Path) -> BinaryIO:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


class _Quotes:
    """A file that counts the quotes read from it: Arrow takes a quote that is never closed for the end of the file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.quotes = 0
        self.rows = 0
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.quotes += data.count(b'"')
        return data


def _header(file: BinaryIO) -> list[str]:
    try:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
        names = next((row for row in csv.reader(text) if row), None) or []
        "".join(names).encode()
    except (UnicodeEncodeError, csv.Error) as error:
        raise UnreadableError(f"line 1: the header is not CSV in UTF-8: {_brief(error)}") from None
    except READ_ERRORS as error:
        raise UnreadableError(f"cannot be read: {_brief(error)}") from None
    if not names:
        raise UnreadableError("is empty; a CSV file starts with a line of column names")
    names = [name.strip() or f"column_{position}" for position, name in enumerate(names, 1)]
    _check_names(names)
    return names


def _check_names(names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        shown = [name if tells_nobody(name) else f"number {names.index(name) + 1}" for name in twice]
        raise UnreadableError(f"column {', '.join(shown)} occurs more than once")


def _csv_batches(path: Path, file: _Quotes, names: list[str], offset: int) -> Iterator[pa.RecordBatch]:
    """Stream record batches; positions serve as names because the header's may be blank."""
    columns = [str(position) for position in range(len(names))]
    read = pa.csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, column_names=columns)
    convert = pa.csv.ConvertOptions(
        strings_can_be_null=True, null_values=[""], column_types=dict.fromkeys(columns, pa.string())
    )
    try:
        stream = pa.csv.open_csv(file, read, pa.csv.ParseOptions(newlines_in_values=True), convert)
        for batch in stream:
            rows = batch if offset or file.rows else batch.slice(1)
            file.rows += batch.num_rows
            yield rows
    except (pa.ArrowException, *READ_ERRORS) as error:
        raise UnreadableError(_csv_reason(path, offset, error)) from None


def _csv_reason(path: Path, offset: int, error: Exception) -> str:
    found = re.search(r"Row #(\d+): (.*)", str(error), re.DOTALL)
    if not found:
        return f"cannot be read: {_brief(error)}"
    reason = re.sub(r"(got \d+): .*", r"\1", found[2], flags=re.DOTALL)  # Arrow goes on with the row itself
    return f"line {_line(path, offset, int(found[1]))}: {_brief(reason)}"


def _line(path: Path, offset: int, record: int) -> int:
    """Line on which a record ends; counted anew because values may hold line breaks."""
    with _open(path) as file:
        file.seek(offset)
        rows = csv.reader(io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline=""))
        for _ in islice((row for row in rows if row), record):
            pass
        return _lines_before(path, offset) + rows.line_num


def _lines_before(path: Path, offset: int) -> int:
    if not offset:
        return 0
    with path.open("rb") as file:
        return file.read(offset).count(b"\n")


def _check_quotes(path: Path) -> None:
    """An odd number of quotes is fine inside unquoted text (5" screen), but not when a quoted value never ends."""
    with _open(path) as file:
        rows = csv.reader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""), strict=True)
        start = 1
        try:
            for _ in rows:
                start = rows.line_num + 1
        except csv.Error as error:
            raise UnreadableError(f"line {start}: a quoted value is not CSV: {_brief(error)}") from None


_EXACT = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=lambda _: None)


def _objects(lines: list[bytes], first: int) -> pa.Table:
    if first == 1 and lines[0].startswith(BOM):
        lines[0] = lines[0].removeprefix(BOM)
    rows, texts = [], []
    for number, line in enumerate(lines, first):
        if line.isspace():
            continue
        rows.append(_object(line, number))
        texts.append(line)
    names = sorted(set().union(*rows))
    if rows and not names:
        raise UnreadableError(f"line {first}: the objects have no fields")
    try:
        return pa.table({name: _texts([row.get(name) for row in rows], name, texts) for name in names})
    except UnicodeEncodeError:
        raise UnreadableError(
            f"line {first} or later: a value holds half of a surrogate pair, which is no text"
        ) from None


def _object(line: bytes, number: int) -> dict[str, Any]:
    try:
        value = _EXACT.decode(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"line {number}: is not JSON in UTF-8: {_brief(error)}") from None
    if not isinstance(value, dict):
        raise UnreadableError(f"line {number}: is not a JSON object; every line holds one, {{…}}")
    return value


def _texts(values: list[Any], name: str, lines: list[bytes]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.array([_text(v, name, line) for v, line in zip(values, lines, strict=True)], pa.string())


def _text(value: Any, name: str, line: bytes) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):  # decoded anew: inside, numbers must stay numbers
        return json.dumps(json.loads(line)[name], ensure_ascii=False, separators=(",", ":"))
    return value


def _brief(error: object) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else text[:200] + "…"
