"""Which segments to name as the drivers of a change: those that are unusual and large, and that pull its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST = 2 / 3
LEAST = 1 / 5
STIRRED = 1 / 2
CLEAR = 4 / 3
_PERIOD = "kpi, grain, period_start, compare"

# A segment is unusual now, or was in the period before and is not any more: both make a change. It is hidden where the
# KPI went the other way or hardly anywhere, as others made up for it; nobody asks then, so it has to be clearer.
# Of a sample too small for a status nothing is said of its value; its weight is known all the same.
_CANDIDATES = f"""
create or replace temp table driver_candidates as
select
    {_PERIOD}, slice, slice_value, contribution, change,
    greatest(
        if(contributions.is_sampled, now.pull_excess * sign(contribution), 0),
        if(contributions.is_sampled, -before.pull_excess * sign(contribution), 0),
        if(mix_effect * contribution > 0, now.weight_excess * sign(weight_change), 0),
        if(mix_effect * contribution > 0, -before.weight_excess * sign(weight_change), 0)
    ) as strength,
    contribution * change <= 0 or abs(change) < {STIRRED} * usual_step as is_hidden
from driver_contributions as contributions
inner join driver_usual_changes as changes using ({_PERIOD}, start_before, change)
left join driver_excesses as now using (kpi, grain, period_start, slice, slice_value)
left join driver_excesses as before
    on
        contributions.kpi = before.kpi
        and contributions.grain = before.grain
        and contributions.start_before = before.period_start
        and contributions.slice = before.slice
        and contributions.slice_value = before.slice_value
where
    rank is not null
    and strength > if(is_hidden, {CLEAR}, 1)
    and changes.is_sampled
    and changes.is_whole
    and abs(contribution) >= greatest({LEAST} * abs(change), usual_step)
"""

_NAMED = f"""
create or replace temp table driver_named as
with seen as (
    select * from driver_candidates
    qualify is_hidden = min(is_hidden) over (partition by {_PERIOD})
),

clearest as (
    select {_PERIOD}, arg_max(slice, (strength, slice)) as slice from seen group by all
),

ordered as (
    select
        *, row_number() over largest as place, sum(contribution) over largest as explained
    from seen
    semi join clearest using ({_PERIOD}, slice)
    window largest as (
        partition by {_PERIOD} order by abs(contribution) desc, slice_value rows unbounded preceding
    )
)

select * from ordered
where place = 1 or (not is_hidden and abs(explained - contribution) < {MOST} * abs(change))
"""


def name_segments(con: DuckDBPyConnection) -> None:
    """Create the temp table ``driver_named``: a row per KPI, grain, period, comparison and segment that is named.

    Of the slices that have such segments it is the one with the clearest of them; of these the largest, until they
    explain two thirds of the change. Where all such segments are hidden it is the largest of them alone.
    """
    con.execute(_CANDIDATES)
    con.execute(_NAMED)
