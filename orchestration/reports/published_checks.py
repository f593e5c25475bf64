"""What every check found when the published mart was made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.publishing.versions import current_version, read_files

CHECKS = """
    select "check", object, kind, severity, passed, observed, failed_rows, kpis from kpi_checks
    where run_id = ? order by "check"
"""


def published_checks(published: Path) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Return the rows of kpi_checks of the run that readers see, by object and name; none before the first."""
    import duckdb

    version = current_version(published)
    if version is None:
        return {}
    with duckdb.connect(str(version / "kpi_mart.duckdb"), read_only=True) as con:
        result = con.execute(CHECKS, [read_files(version)["run_id"]])
        names = [column[0] for column in result.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return {(row["object"], row["check"].removeprefix(f"{row['object']}.")): row for row in rows}
