"""A company whose warehouse is written by SQL and published without a run, for commands that only read."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from orchestration import warehouse
from orchestration.cli import main
from orchestration.publishing.publish import publish

RUN = "0123456789"
SCHEMAS = f"""
create schema marts; create schema kpi;
create table marts.time_spine as select date '2026-01-01' as day;
insert into control.runs (run_id, run_seq, status, as_of, started_at)
    values ('{RUN}', 1, 'published', '2026-03-10 12:00', '2026-03-10 12:01');
"""


def publish_company(folder: Path, build: str) -> Path:
    """Publish what ``build`` (SQL) puts into the schemas marts and kpi; returns the company's folder."""
    (folder / "staging").mkdir()
    (folder / "sources.yml").write_text("systems: {}\n")
    database = folder / "data" / "warehouse" / "warehouse.duckdb"
    with warehouse.connect(database) as con:
        con.execute(SCHEMAS + build)
    manifest = {"nodes": {}, "sources": {}}
    publish(database, folder / "data" / "published", manifest, "{}", RUN, datetime(2026, 3, 10, 12))
    return folder


def asking(company: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return what runs `kpi` for a company: gives what it prints, or with ``code`` the error that it ends with."""
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)

    def run(*arguments: str, code: int = 0) -> str:
        monkeypatch.setattr(sys, "argv", ["kpi", *arguments, "--company", str(company)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capfd.readouterr()
        assert (ended.value.code or 0) == code, captured
        assert "--format" in arguments or all(len(line) <= 100 for line in captured.out.splitlines())
        return captured.out if code == 0 else captured.err

    return run
