"""Since when a KPI has been certified, or not, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.cli.reading.status_words import WORDS
from orchestration.querying.rows import rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The verdict of the newest run that judged it, and the now of the first run since which no other verdict was given.
SINCE = """
    with judged as (
        select certifications.*, runs.as_of, runs.started_at
        from kpi_certifications as certifications inner join kpi_runs as runs using (run_id)
        where kpi = ?
    ),

    newest as (from judged order by started_at desc limit 1)

    select newest.*, (
        select min(same.as_of) from judged as same
        where same.started_at > coalesce(
            (select max(other.started_at) from judged as other where other.certified <> newest.certified),
            '-infinity'::timestamp
        )
    ) as since
    from newest
"""


def certificate(con: DuckDBPyConnection, kpi: str, lang: str) -> str | None:
    """Say whether a KPI is certified, since which run's now, and why not; None if no run has judged it."""
    for row in rows(con, SINCE, [kpi]):
        words = WORDS[lang]["yes" if row["certified"] else "no"]
        return words.format(since=f"{row['since']:%Y-%m-%d}", reasons=row[f"reasons_{lang}"])
    return None
