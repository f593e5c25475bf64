"""Readers of the mart and the dashboard see one run, whole, however often another is published meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration import warehouse
from orchestration.publishing.publish import publish

READERS = Path(__file__).with_name("mart_readers.py")
NOW = datetime(2026, 3, 10, 12)
SCHEMAS = """
create schema marts; create schema kpi;
create table marts.time_spine as
    select unnest(range(date '2026-02-01', date '2026-03-10', interval 1 day))::date as day;
"""
BUILD = """
delete from control.runs;
insert into control.runs (run_id, run_seq, status, as_of, started_at) values ('run{n}', {n}, 'published', $now, $now);
create or replace table kpi.kpi_catalog as
    select 'revenue_' || i as kpi, 'kpi' as kind, 'Revenue of run {n}' as label_en, 'Ingresos de run {n}' as label_es,
        'sales' as department, true as company_level, 'primary' as tier, 'lagging' as timing,
        'count' as unit, 'day' as review_grain, 'active' as lifecycle
    from range(3) as kpis (i);
create or replace table kpi.kpi_values as
    select kpi, 'day' as grain, day as period_start, day as period_end, '' as slice, '' as slice_value,
        {n}::double as value, true as is_complete, 'no_target' as status, 'run{n}' as run_id
    from marts.time_spine, kpi.kpi_catalog;
create or replace table kpi.kpi_scorecard as
    select kpi, department, company_level, tier, 'day' as grain, date '2026-03-09' as period_start,
        date '2026-03-09' as period_end, {n}::double as value, 'no_target' as status, 'run{n}' as run_id
    from kpi.kpi_catalog;
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with warehouse.connect(tmp_path / "warehouse.duckdb") as con:
        con.execute(SCHEMAS)
    publish_run(tmp_path, 1)
    return tmp_path


def publish_run(home: Path, number: int) -> None:
    """Publish a mart in which every label and value is the run's number."""
    now = NOW + timedelta(minutes=number)
    with warehouse.connect(home / "warehouse.duckdb") as con:
        con.execute(BUILD.format(n=number).replace("$now", f"'{now}'"))
    manifest = {"nodes": {}, "sources": {}}
    done = publish(home / "warehouse.duckdb", home / "published", manifest, "{}", f"run{number}", now)
    assert done.no_dashboard is None


def watched(home: Path, readers: int, publishes: int, seconds: float) -> list[dict[str, Any]]:
    """Let readers read while so many runs are published, evenly over the seconds; returns what each reader saw."""
    command = [sys.executable, str(READERS), str(home / "published"), str(readers)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "reading\n"
        start = time.monotonic()
        for number in range(publishes):
            time.sleep(max(0.0, start + number * seconds / publishes - time.monotonic()))
            publish_run(home, number + 2)
        time.sleep(max(0.0, start + seconds - time.monotonic()))
        told, _ = process.communicate("enough\n", timeout=120)
    return json.loads(told)


def judge(seen: list[dict[str, Any]], readers: int, publishes: int) -> str:
    """See that nobody met an error or two runs at once; returns the figures."""
    assert [wrong for reader in seen for wrong in reader["wrong"]] == []
    assert len(seen) == readers
    assert all(reader["reads"] for reader in seen)
    for how in ("query", "open_page"):
        runs = {run for reader in seen if reader["how"] == how for run in reader["runs"]}
        assert runs <= set(range(1, publishes + 2))
        assert len(runs) > publishes / 2, "the readers saw too few of the runs to have been in the way of any"
    reads = {how: sum(reader["reads"] for reader in seen if reader["how"] == how) for how in ("query", "open_page")}
    return f"{readers} readers, {publishes} publishes: {reads['query']} queries, {reads['open_page']} pages, no error"


@pytest.mark.slow
def test_nobody_sees_two_runs_at_once(home: Path, record_property: pytest.RecordProperty) -> None:
    seen = watched(home, readers=10, publishes=6, seconds=10)
    record_property("figure", judge(seen, readers=10, publishes=6))


@pytest.mark.long
def test_fifty_readers_see_twenty_runs_in_a_minute(home: Path, record_property: pytest.RecordProperty) -> None:
    seen = watched(home, readers=50, publishes=20, seconds=60)
    record_property("figure", judge(seen, readers=50, publishes=20))
