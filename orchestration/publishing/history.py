"""What a mart carries over from the published one, its memory, and what each publication adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metrics.steering.memory.definitions import record_definitions
from metrics.steering.memory.few_persons import find_forgotten, forget
from metrics.steering.memory.restatements import find_restatements, record_restatements
from metrics.steering.memory.value_versions import publication_time, record_versions
from orchestration.publishing.changed_days import fill_changed_days
from orchestration.publishing.personal_past import forget_personal_past
from orchestration.warehouse import utc_now

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def write_history(
    con: DuckDBPyConnection,
    run_id: str,
    manifest: Mapping[str, Any],
    published: Path,
    has_previous: bool,
    facts: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> None:
    """Fill kpi_definitions, kpi_restatements and kpi_value_versions of the attached ``mart``.

    All that one publication adds has the same time.

    Args:
        con: has the new mart attached as ``mart``, its other tables filled, the published one as ``previous``, and the
            warehouse.
        run_id: the run that publishes.
        manifest: dbt's manifest.json.
        published: the folder of what is published; paths of facts are relative to it.
        has_previous: whether a mart was published before.
        facts: the files of the facts, by table, of the published version and of this one.
    """
    now = utc_now()
    if has_previous:
        now = publication_time(con, now)
        find_forgotten(con)
        fill_changed_days(con, find_restatements(con), manifest, published, *facts)
        record_restatements(con, run_id, now)
        forget(con, "kpi_restatements")
    record_definitions(con, now, has_previous=has_previous)
    record_versions(con, run_id, now, has_previous=has_previous)
    forget_personal_past(con, ("kpi_value_versions", "kpi_restatements"))
