"""Which published values of complete periods changed, and why: the rows of kpi_restatements.

A value is restated if its period was complete in both marts and it differs by more than rounding, has gone (a slice
value without rows has no value), or has come to a period that had been published. A KPI, grain, slice or total that
only one of the marts has restates nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from metrics.steering.rounding import differ

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_KEY = "kpi, grain, period_start, slice, slice_value"
_CARRIED = "insert into mart.kpi_restatements by name select * from previous.kpi_restatements"
_KEPT = """
create or replace temp table kept as
select
    kpi,
    was.version is distinct from now.version or was.definition_hash is distinct from now.definition_hash as redefined,
    list_intersect(string_split(was.grains, ', '), string_split(now.grains, ', ')) as grains,
    list_intersect(
        list_prepend(case when was.has_total then '' end, string_split(was.slices, ', ')),
        list_prepend(case when now.has_total then '' end, string_split(now.slices, ', '))
    ) as slices,
    string_split(now.days, ', ') as days
from previous.kpi_catalog as was
inner join mart.kpi_catalog as now using (kpi)
"""
# a slice value may have rows in one mart only: a period is complete if any of its rows is
_CLOSED = """
create or replace temp table closed as
with was as (
    select kpi, grain, period_start, max(period_end) as period_end
    from previous.kpi_values where is_complete group by all
),

still_open as (select distinct kpi, grain, period_start from mart.kpi_values where not is_complete)

select was.* from was
anti join still_open using (kpi, grain, period_start)
"""
_RESTATED = f"""
create or replace temp table restated as
select {_KEY}, closed.period_end, was.value as old_value, now.value as new_value, redefined, days
from previous.kpi_values as was
full join mart.kpi_values as now using ({_KEY})
inner join closed using (kpi, grain, period_start)
inner join kept using (kpi)
where
    grain in kept.grains and slice in kept.slices
    and {differ("was.value", "now.value")}
"""
_TOPICS = "select distinct unnest(days) as topic from restated where not redefined order by topic"
_REASONS = f"""
insert into mart.kpi_restatements by name
with periods as (
    select distinct kpi, grain, period_start, period_end, unnest(days) as topic from restated where not redefined
),

judged as (
    select
        kpi, grain, period_start,
        bool_or(day >= period_start and is_new) as has_new,
        bool_or(day >= period_start and not is_new) as has_changed,
        max(struct_pack(day := day, is_new := is_new)) filter (day is not null) as last_change
    from periods
    left join changed_days on periods.topic = changed_days.topic and changed_days.day <= periods.period_end
    group by all
)

select
    {_KEY}, old_value, new_value,
    case
        when redefined then 'definition_change'
        when has_new then 'late_data'
        when has_changed then 'correction'
        when last_change.is_new then 'late_data'
        else 'correction'
    end as reason,
    ? as run_id, ?::timestamp as restated_at
from restated
left join judged using (kpi, grain, period_start)
"""


def find_restatements(con: DuckDBPyConnection) -> list[str]:
    """Compare the two marts and keep what differs for ``record_restatements``.

    Returns:
        The day columns, as ``fct_orders.ordered_day``, whose changes tell late data from corrections.
    """
    for query in (_KEPT, _CLOSED, _RESTATED):
        con.execute(query)
    return [topic for (topic,) in con.execute(_TOPICS).fetchall()]


def record_restatements(con: DuckDBPyConnection, run_id: str, restated_at: datetime) -> None:
    """Carry the older restatements over and add those that were found, each with its reason.

    ``definition_change`` if version or hash of the definition changed. Else the table ``changed_days`` (topic, day,
    is_new) tells, which holds the days on which a fact got rows that it did not have (``is_new``) or had rows that
    changed or went: new rows in the period are ``late_data``, else changed ones a ``correction``. Where neither is in
    the period itself, the last day before it that changed tells (a window, an opening balance); what is left, such as
    a changed customer, is a ``correction``.
    """
    con.execute(_CARRIED)
    con.execute(_REASONS, [run_id, restated_at])
