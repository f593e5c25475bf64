"""What the mart keeps of what earlier runs found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Runs whose checks are kept, this one included; certifications are few and kept for good.
KEPT_RUNS = 100

# A run that was killed after it had published, and is taken up again, finds its own rows in the mart before.
_CERTIFICATIONS = "insert into mart.kpi_certifications by name from previous.kpi_certifications where run_id <> ?"
_CHECKS = f"""
insert into mart.kpi_checks by name
from previous.kpi_checks
where run_id in (
    select run_id from mart.kpi_runs
    where status = 'published' and run_id <> ?
    order by started_at desc limit {KEPT_RUNS - 1}
)
"""


def carry(con: DuckDBPyConnection, run_id: str, has_previous: bool) -> None:
    """Carry the certifications of every earlier run over to ``mart``, and the checks of the last ones."""
    if has_previous:
        con.execute(_CERTIFICATIONS, [run_id])
        con.execute(_CHECKS, [run_id])
