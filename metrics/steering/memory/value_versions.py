"""What was published of every value, and from when to when: the rows of kpi_value_versions.

A version holds from the publication that was the first to show it until the first that shows another value, another
certificate, or none. A difference of rounding is none, so a version says what readers saw but for its last bits.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from metrics.steering.rounding import differ

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_KEY = "kpi, grain, period_start, slice, slice_value"
# a table of the new mart's columns, which the mart before may have had fewer of
_KNOWN = (
    "create or replace temp table known_versions as from mart.kpi_value_versions limit 0",
    """
    insert into known_versions by name
    select versions.* from previous.kpi_value_versions as versions
    anti join forgotten using (kpi, grain, period_start, slice)
    """,
)
_LATEST = "select max(greatest(known_from, coalesce(known_to, known_from))) from previous.kpi_value_versions"
_IS_OVER = f"""
known.known_to is null and (
    now.kpi is null
    or {differ("known.value", "now.value")}
    or known.certified is distinct from now.certified
    or (known.complete_from is not null and now.is_complete is not true)
)
"""
_CARRIED = f"""
insert into mart.kpi_value_versions by name
select known.* replace (
    case when {_IS_OVER} then $at else known.known_to end as known_to,
    case
        when known.known_to is null and known.complete_from is null and now.is_complete and not ({_IS_OVER}) then $at
        else known.complete_from
    end as complete_from
)
from known_versions as known
left join mart.kpi_values as now using ({_KEY})
"""
_NEW = f"""
insert into mart.kpi_value_versions by name
select
    {_KEY}, value, certified, $at as known_from, case when is_complete then $at end as complete_from, $run_id as run_id
from mart.kpi_values
anti join (from mart.kpi_value_versions where known_to is null) using ({_KEY})
"""


def publication_time(con: DuckDBPyConnection, now: datetime) -> datetime:
    """Return the time of a publication: ``now``, but later than all that ``previous`` knows if the clock went back."""
    ((latest,),) = con.execute(_LATEST).fetchall()
    return max(now, latest + timedelta(microseconds=1)) if latest else now


def record_versions(con: DuckDBPyConnection, run_id: str, known_from: datetime, has_previous: bool) -> None:
    """Carry the known versions over, end those that are shown no more, and begin what ``mart.kpi_values`` shows anew.

    Needs the final ``mart.kpi_values``, with its certificates, and with a previous mart the temp table ``forgotten``.
    """
    at = {"at": known_from}
    if has_previous:
        for query in _KNOWN:
            con.execute(query)
        con.execute(_CARRIED, at)
        con.execute("drop table known_versions")
    con.execute(_NEW, {**at, "run_id": run_id})
