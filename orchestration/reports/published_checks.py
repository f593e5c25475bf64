"""What every check found when the published mart was made."""

from __future__ import annotations

from pathlib import Path

from orchestration.publishing.versions import MART, current_version, read_files
from orchestration.querying.rows import Row, rows

CHECKS = """
    select "check", object, kind, severity, passed, observed, failed_rows, kpis from kpi_checks
    where run_id = ? order by "check"
"""


def published_checks(published: Path) -> dict[tuple[str, str], Row]:
    """Return the rows of kpi_checks of the run that readers see, by object and name; none before the first."""
    import duckdb

    version = current_version(published)
    if version is None:
        return {}
    with duckdb.connect(str(version / MART), read_only=True) as con:
        found = rows(con, CHECKS, [read_files(version)["run_id"]])
    return {(row["object"], row["check"].removeprefix(f"{row['object']}.")): row for row in found}
