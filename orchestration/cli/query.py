"""Questions to the published mart: one KPI at one grain, whole or by one slice."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from orchestration.cli import show
from orchestration.cli.mart_reader import Row, kpi, rows
from orchestration.errors import UsageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Question:
    """What is asked; empty parts take their default."""

    name: str
    grain: str = ""
    by: str = ""
    first: str = ""
    last: str = ""


def answer(con: DuckDBPyConnection, question: Question, output: str, only_sql: bool) -> None:
    """Print the answer in the ``output`` format, or the SQL that gives it.

    Raises:
        UsageError: an unknown KPI, grain, slice, day or format; the message says what is allowed.
    """
    if output not in FORMATS:
        raise UsageError(f"--format {output}: is not known; use one of {', '.join(FORMATS)}")
    definition = kpi(con, question.name)
    sql = to_sql(question, definition)
    if only_sql:
        print(sql)
    else:
        FORMATS[output](con, sql, definition)


def to_sql(question: Question, definition: Row) -> str:
    """Write the query over ``kpi_values``."""
    slices = _names(definition["slices"])
    allowed = _names(definition["grains"])
    grain = question.grain or definition["review_grain"] or allowed[0]
    if grain not in allowed:
        raise UsageError(f"--grain {grain}: {question.name} does not have it; use one of {', '.join(allowed)}")
    if question.by and question.by not in slices:
        there = f"use one of {', '.join(slices)}" if slices else "it has none"
        raise UsageError(f"--by {question.by}: is not a slice of {question.name}; {there}")
    conditions = [f"kpi = '{question.name}'", f"grain = '{grain}'", f"slice = '{question.by}'"]
    if question.first:
        conditions.append(f"period_start >= date '{_day('--from', question.first)}'")
    if question.last:
        conditions.append(f"period_start <= date '{_day('--to', question.last)}'")
    keys = ["period_start", *(["slice_value"] if question.by else [])]
    columns = [
        *keys,
        "period_end",
        "value",
        "numerator",
        "denominator",
        "sample_size",
        "is_complete",
        "status",
        "certified",
    ]
    where = "\n    and ".join(conditions)
    return f"select {', '.join(columns)}\nfrom kpi_values\nwhere {where}\norder by {', '.join(keys)}"


def _names(listed: str | None) -> list[str]:
    """Return the names in a text with commas."""
    return [name.strip() for name in (listed or "").split(",") if name.strip()]


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text}: is not a day; write one such as 2026-01-31") from None


def _print_table(con: DuckDBPyConnection, sql: str, definition: Row) -> None:
    found = rows(con, sql)
    if not found:
        show.console().print("no values in that range")
        return
    sliced = ["slice_value"] if "slice_value" in found[0] else []
    headers = ["period_start", *sliced, "value", "sample_size", "complete"]
    lines = [
        [
            str(row["period_start"]),
            *(row[column] for column in sliced),
            show.value(row["value"], definition["unit"], definition["currency"]),
            "–" if row["sample_size"] is None else f"{row['sample_size']:,}",
            "yes" if row["is_complete"] else "not yet",
        ]
        for row in found
    ]
    show.console().print(show.table(headers, lines, right=("value", "sample_size")))


def _print_csv(con: DuckDBPyConnection, sql: str, definition: Row) -> None:
    import csv

    result = con.execute(sql)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(column[0] for column in result.description or [])
    writer.writerows(result.fetchall())


def _print_json(con: DuckDBPyConnection, sql: str, definition: Row) -> None:
    import json

    print(json.dumps(rows(con, sql), default=str, indent=1))


def _print_parquet(con: DuckDBPyConnection, sql: str, definition: Row) -> None:
    import pyarrow.parquet as pq

    if sys.stdout.isatty():
        raise UsageError("--format parquet: is binary; send it to a file, such as > values.parquet")
    pq.write_table(con.sql(sql).to_arrow_table(), sys.stdout.buffer)


FORMATS: dict[str, Callable[[DuckDBPyConnection, str, Row], None]] = {
    "table": _print_table,
    "csv": _print_csv,
    "json": _print_json,
    "parquet": _print_parquet,
}
