"""Asks a question about one KPI and prints its answer, or the SQL that gives it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from metrics.wording import numbers
from orchestration.cli import terminal
from orchestration.cli.mart_reader import kpi
from orchestration.errors import UsageError, shown
from orchestration.publishing.versions import MART
from orchestration.querying.answer import answer
from orchestration.querying.published import PublishedVersion
from orchestration.querying.question import Answer, Kpi, Question
from orchestration.querying.rows import rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PATIENCE_SECONDS = 2


def print_answer(version: PublishedVersion, question: Question, output: str, only_sql: bool) -> None:
    """Print the answer in the ``output`` format, or its SQL; says on stderr who answered, as of which run.

    Raises:
        UsageError: an unknown KPI, grain, dimension, condition, day or format; the message says what is allowed.
    """
    if output not in FORMATS:
        raise UsageError(f"--format {output}: is not known; use one of {', '.join(FORMATS)}")
    with version.open(MART) as con:
        definition = _definition(con, question)
    with _patience("looking for who can answer"):
        found = answer(version, question, definition)
    source = f"from {found.source}, {'remembered by ' if question.known_at else ''}{version.run}"
    print(source, file=sys.stderr)
    if only_sql:
        print(f"-- {source}; run it in: duckdb -readonly {shown(version.published / found.file)}\n{found.sql};")
        return
    with version.open(found.file) as con, _patience(f"asking {found.source}"), _blaming(question.where):
        FORMATS[output](con, found, definition)


def _definition(con: DuckDBPyConnection, question: Question) -> Kpi:
    """The catalogue's row of a KPI, as it was when the answer was known."""
    if question.known_at is None:
        return kpi(con, question.name)
    from orchestration.querying.known_at import kpi_then

    return kpi_then(con, question.name, question.known_at)


@contextmanager
def _blaming(where: str) -> Iterator[None]:
    """Blame an error of the database on the condition, the only part of the SQL that a person wrote."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        if not where:
            raise
        raise UsageError(f"--where {where!r}: {str(error).splitlines()[0]}") from None


@contextmanager
def _patience(doing: str) -> Iterator[None]:
    """Tell a person at a terminal what takes so long."""
    note = threading.Timer(PATIENCE_SECONDS, print, [f"{doing} …"], {"file": sys.stderr, "flush": True})
    if sys.stderr.isatty():
        note.start()
    try:
        yield
    finally:
        note.cancel()


def _print_table(con: DuckDBPyConnection, found: Answer, definition: Kpi) -> None:
    lines = rows(con, found.sql)
    if not lines:
        terminal.console().print("no values for these periods and conditions")
        return
    sizes = ["sample_size"] if "sample_size" in lines[0] else []
    headers = ["period_start", *found.dimensions, "value", *sizes, "complete"]
    cells = [
        [
            str(line["period_start"]),
            *(line[name] for name in found.dimensions),
            _shown(line["value"], definition),
            *("–" if line[name] is None else f"{line[name]:,}" for name in sizes),
            "yes" if line["is_complete"] else "not yet",
        ]
        for line in lines
    ]
    terminal.console().print(terminal.table(headers, cells, right=("value", "sample_size")))


def _shown(value: float | None, definition: Kpi) -> str:
    """A value in its unit; unrounded where nobody knows its unit any more."""
    if value is None or definition["unit"]:
        return numbers.value(value, definition["unit"], definition["currency"])
    return f"{value:,.15g}"


def _print_csv(con: DuckDBPyConnection, found: Answer, definition: Kpi) -> None:
    import csv

    result = con.execute(found.sql)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(column[0] for column in result.description or [])
    writer.writerows(result.fetchall())


def _print_json(con: DuckDBPyConnection, found: Answer, definition: Kpi) -> None:
    import json

    print(json.dumps(rows(con, found.sql), default=str, indent=1))


def _print_parquet(con: DuckDBPyConnection, found: Answer, definition: Kpi) -> None:
    import pyarrow.parquet as pq

    if sys.stdout.isatty():
        raise UsageError("--format parquet: is binary; send it to a file, such as > values.parquet")
    pq.write_table(con.sql(found.sql).to_arrow_table(), sys.stdout.buffer)


FORMATS: dict[str, Callable[[DuckDBPyConnection, Answer, Kpi], None]] = {
    "table": _print_table,
    "csv": _print_csv,
    "json": _print_json,
    "parquet": _print_parquet,
}
