"""Run a company for real, read what it published, and hold it against independent answers."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from .catalogue import KPIS

NEWEST_RUN = "select run_id from kpi_runs order by started_at desc limit 1"
ROOT = Path(__file__).resolve().parents[2]
TOLERANCE = 1e-9
Answers = Mapping[tuple[Any, ...], tuple[Any, ...]]


def run_kpi(data: Path, *arguments: str | Path) -> str:
    """Run the ``kpi`` command with its run-time folders in ``data``; returns its output, fails with it."""
    done = subprocess.run(
        [sys.executable, "-c", "from orchestration.cli import main; main()", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "KPI_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        timeout=900,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, f"kpi {' '.join(map(str, arguments))} ended with {done.returncode}:\n{output[-6000:]}"
    return output


def query(data: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query on the published mart."""
    with duckdb.connect(str(data / "published" / "kpi_mart.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def published(data: Path) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """What `kpi_values` says, keyed as `answers.answer` keys it."""
    rows = query(
        data,
        "select kpi, grain, period_start, slice, slice_value, value, numerator, denominator from kpi_values",
    )
    found = {tuple(row[:5]): tuple(row[5:]) for row in rows}
    assert len(found) == len(rows), "kpi_values has more than one row of a key"
    return found


def periods_of_newest_run(data: Path) -> set[tuple[str, str, date]]:
    """The (kpi, grain, period_start) of which the newest run wrote a value."""
    return set(query(data, f"select distinct kpi, grain, period_start from kpi_values where run_id = ({NEWEST_RUN})"))


def days_of_states_in_newest_run(data: Path) -> set[date]:
    """The days of which the newest run wrote a state, in any state table of the warehouse."""
    with duckdb.connect(str(data / "warehouse" / "warehouse.duckdb"), read_only=True) as con:
        names = con.execute("select table_name from duckdb_tables() where table_name like 'state\\_%' escape '\\'")
        select = " union ".join(
            f"select day from kpi.{name} where run_id = (select run_id from control.run)"
            for (name,) in names.fetchall()
        )
        return {day for (day,) in con.execute(select).fetchall()}


def periods_of(day: date, *kpis: str) -> set[tuple[str, str, date]]:
    """The (kpi, grain, period_start) that ``day`` falls in, at the grains that the catalogue allows each KPI."""
    starts = {
        "day": day,
        "week": day - timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "quarter": day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "year": day.replace(month=1, day=1),
    }
    return {(kpi.name, grain, starts[grain]) for kpi in KPIS if kpi.name in kpis for grain in kpi.grains}


def periods_to_date(day: date, kpi: str, until: date) -> set[tuple[str, str, date]]:
    """The periods of a running total that end with a day from ``day`` to ``until``, where the total starts anew."""
    days = (day + timedelta(days=after) for after in range((until - day).days + 1))
    return {
        (kpi, grain, start) for each in days for _, grain, start in periods_of(each, kpi) if _end(grain, start) <= until
    }


def differences(expected: Answers, actual: Answers) -> list[str]:
    """Every key that only one side has or on which the two disagree, as readable lines, sorted."""
    missing = [f"missing: {_key(key)} = {expected[key][0]}" for key in expected.keys() - actual.keys()]
    extra = [f"extra: {_key(key)} = {actual[key][0]}" for key in actual.keys() - expected.keys()]
    wrong = [
        f"wrong: {_key(key)}: {actual[key]}, not {expected[key]}"
        for key in expected.keys() & actual.keys()
        if not _agree(expected[key], actual[key])
    ]
    return sorted(missing + extra + wrong)


def only(answers: Answers, kpis: set[str]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The rows of some KPIs."""
    return {key: row for key, row in answers.items() if key[0] in kpis}


def content_hash(folder: Path) -> str:
    """One hash over the names and bytes of every file under ``folder``, run-time folders in ``data`` aside."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.relative_to(folder).parts[0] != "data":
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def report(title: str, expected: Answers, actual: Answers) -> list[str]:
    """Print how many values were compared, and return the differences."""
    found = differences(expected, actual)
    values = sum(row[0] is not None for row in expected.values())
    print(f"{title}: compared {len(expected)} rows, {values} of them with a value; {len(found)} differ")
    return found


def _end(grain: str, start: date) -> date:
    """The last day of a period."""
    if grain in ("day", "week"):
        return start + timedelta(days={"day": 0, "week": 6}[grain])
    months = {"month": 1, "quarter": 3, "year": 12}[grain]
    return date(start.year + (start.month + months > 12), (start.month + months - 1) % 12 + 1, 1) - timedelta(days=1)


def _agree(expected: tuple[Any, ...], actual: tuple[Any, ...]) -> bool:
    """The value, and both parts of a ratio, are equal within the tolerance."""
    parts = 3 if expected[2] is not None else 1
    return all(_close(*pair) for pair in zip(expected[:parts], actual[:parts], strict=True))


def _close(expected: Any, actual: Any) -> bool:
    if expected is None or actual is None:
        return expected is actual
    return abs(float(actual) - float(expected)) <= TOLERANCE * max(abs(float(expected)), abs(float(actual)))


def _key(key: tuple[Any, ...]) -> str:
    return " ".join(str(part) or "total" for part in key)
