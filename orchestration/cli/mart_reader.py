"""Reads the published mart, which nobody writes: it works while a run does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.company import Company, load_company
from orchestration.errors import UsageError
from orchestration.publishing.versions import MART
from orchestration.querying.published import published_version
from orchestration.querying.rows import Row, rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# the last moment at which a KPI that the catalogue lacks was published
GONE = """
select max(known_to) - interval 1 microsecond as seen from kpi_value_versions
where kpi = ? having count(*) > 0 and count(known_to) = count(*)
"""
LAST_RUN = "select * from kpi_runs where status = 'published' order by started_at desc limit 1"
AIMS = "select id from (select id from objectives union all select id from key_results) as aims where id = ?"


@contextmanager
def open_mart(folder: Path | None) -> Iterator[DuckDBPyConnection]:
    """Open the published mart of a company for reading.

    Raises:
        UsageError: nothing has been published yet, or by a version of kpi-mart that lacks what is asked for.
    """
    version = published_version(load_company(folder))
    with version.open(MART) as con, version.told_if_older(con):
        yield con


def last_run(con: DuckDBPyConnection) -> Row:
    """Return the run that published the mart."""
    (run,) = rows(con, LAST_RUN)
    return run


def mart_file(company: Company) -> Path:
    """Return where a company's published mart lies."""
    return company.published / MART


def kpi(con: DuckDBPyConnection, name: str) -> Row:
    """Return the catalogue's row of a KPI or tracked metric.

    Raises:
        UsageError: there is none of that name; the message says until when there was, what else has the name, or lists
            those that it is close to, or all.
    """
    found = rows(con, "select * from kpi_catalog where kpi = ?", [name])
    if not found:
        for row in rows(con, GONE, [name]):
            at = row["seen"].isoformat()
            raise UsageError(f"{name}: is no KPI any more; its last values: kpi query {name} --as-known-at {at}")
        if rows(con, AIMS, [name]):
            raise UsageError(f"{name}: is an objective or a key result and no KPI; see it by: kpi objectives {name}")
        known = [row["kpi"] for row in rows(con, "select kpi from kpi_catalog order by kpi")]
        close = get_close_matches(name, known, 3)
        allowed = f"did you mean {' or '.join(close)}?" if close else f"use one of {', '.join(known)}"
        raise UsageError(f"{name}: is not a KPI; {allowed}")
    return found[0]
