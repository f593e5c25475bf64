"""Files as source systems deliver them: CSV and JSON lines by month, Parquet by UTC day."""

import gzip
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from data.sample_company.clock import day_of, month_text

_PLAIN = pa.csv.WriteOptions(quoting_style="none", quoting_header="none")


class CsvFile:
    """A CSV file that grows table by table; the header is the first table's."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._writer = None

    def write(self, table: pa.Table) -> None:
        """Append the rows of ``table``."""
        if self._writer is None:
            self._writer = pa.csv.CSVWriter(str(self._path), table.schema, write_options=_PLAIN)
        self._writer.write_table(table)

    def close(self) -> None:
        """Flush and close the file."""
        if self._writer is not None:
            self._writer.close()


class JsonLinesFile:
    """A file of one JSON object a line, gzipped if its name ends in ``.gz``."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._open: list[BinaryIO] = [path.open("wb")]
        if path.suffix == ".gz":
            # No name and no time in the header: the same rows give the same bytes.
            packed = gzip.GzipFile(filename="", mode="wb", compresslevel=3, fileobj=self._open[0], mtime=0)
            self._open.insert(0, packed)

    def write(self, table: pa.Table) -> None:
        """Append the rows of ``table``."""
        self._open[0].write(json_lines(table))

    def close(self) -> None:
        """Flush and close the file."""
        for file in self._open:
            file.close()


def json_lines(table: pa.Table) -> memoryview:
    """The rows as JSON text; values are text without quotes or backslashes, numbers and booleans."""
    parts = []
    for position, name in enumerate(table.column_names):
        column = table.column(name).combine_chunks()
        if pa.types.is_string(column.type):
            column = pc.binary_join_element_wise('"', column, '"', "")
        parts += [("{" if position == 0 else ", ") + f'"{name}": ', column.cast(pa.string())]
    lines = pc.binary_join_element_wise(*parts, "}\n", "", null_handling="replace", null_replacement="null")
    lines = lines.combine_chunks() if isinstance(lines, pa.ChunkedArray) else lines
    ends = np.frombuffer(lines.buffers()[1], dtype=np.int32, count=len(lines) + 1)
    return memoryview(lines.buffers()[2])[: ends[-1]] if len(lines) else memoryview(b"")


class MonthlyFiles:
    """One file a month of a table; a row goes to the file of the month in which it is delivered.

    Files of coming months are opened as soon as a row is due there, so nothing waits in memory.
    """

    def __init__(self, folder: Path, ending: str):
        self._folder, self._ending = folder, ending
        self._files: dict[int, CsvFile | JsonLinesFile] = {}

    def write(self, table: pa.Table, months: np.ndarray) -> None:
        """Append each row to the file of its month number."""
        for month in np.unique(months):
            chosen = months == month
            self._file(int(month)).write(table if chosen.all() else table.filter(pa.array(chosen)))

    def _file(self, month: int) -> CsvFile | JsonLinesFile:
        if month not in self._files:
            kind = CsvFile if self._ending == ".csv" else JsonLinesFile
            self._files[month] = kind(self._folder / f"{month_text(month)}{self._ending}")
        return self._files[month]

    def close(self) -> None:
        """Close every month's file."""
        for file in self._files.values():
            file.close()


class DailyParquet:
    """One Parquet file a UTC day, open until no more of its rows can come, so that none wait in memory."""

    def __init__(self, folder: Path, rename_on: dict[int, dict[str, str]]):
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._rename_on = folder, rename_on
        self._writers: dict[int, pq.ParquetWriter] = {}

    def write(self, table: pa.Table) -> None:
        """Write rows, sorted, as a row group of the file of each day that the column ``ts`` names."""
        table = table.sort_by([("ts", "ascending"), ("event_id", "ascending")])
        days = table["ts"].to_numpy().astype("datetime64[D]").astype(np.int64)
        starts = np.flatnonzero(np.diff(days, prepend=-1))
        for start, stop in zip(starts, [*starts[1:], len(days)], strict=True):
            self._write_day(int(days[start]), table.slice(start, stop - start))

    def close_before(self, day: int) -> None:
        """Close the files of all days before the day number ``day``."""
        for done in [number for number in self._writers if number < day]:
            self._writers.pop(done).close()

    def _write_day(self, day: int, rows: pa.Table) -> None:
        names = self._rename_on.get(day, {})
        rows = rows.rename_columns([names.get(name, name) for name in rows.column_names])
        if day not in self._writers:
            path = self._folder / f"{day_of(day)}.parquet"
            self._writers[day] = pq.ParquetWriter(path, rows.schema, compression="zstd", write_statistics=False)
        self._writers[day].write_table(rows)
