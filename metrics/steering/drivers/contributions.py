"""What each segment contributed to the change of a KPI between two periods, by mix and by rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics.steering.compared import previous_period_start, year_ago_period_start
from metrics.steering.drivers.levels import UNATTRIBUTED

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PERIODS = 26

_CHANGES = f"""
create or replace temp table driver_changes as
with compared as (
    select
        *, unnest(['previous', 'year_ago']) as compare,
        case compare
            when 'previous' then {previous_period_start("grain", "period_start")}
            else {year_ago_period_start("grain", "period_start")}
        end as start_before
    from driver_totals
)

select
    compared.kpi, compared.grain, compared.period_start, compared.period_end, compared.compare, compared.start_before,
    compared.age, before.value as value_before, compared.value, compared.value - before.value as change,
    compared.is_sampled and before.is_sampled as is_sampled, compared.is_whole and before.is_whole as is_whole
from compared
inner join driver_totals as before
    on
        compared.kpi = before.kpi
        and compared.grain = before.grain
        and compared.start_before = before.period_start
"""

# The KPI is Σ wᵢrᵢ, so its change is Σ w̄ᵢΔrᵢ + Σ Δwᵢr̄ᵢ with the means of both periods. As Σ Δwᵢ = 0, R̄ can be taken
# from every r̄ᵢ: more weight for a segment that is like the KPI changes nothing. A segment that has no rate in one of
# the periods is new or gone: all of it is mix. Of a sum the weights are 0.
_SEGMENTS = f"""
create or replace temp table driver_contributions as
with effects as (
    select
        changes.kpi, changes.grain, changes.period_start, changes.compare, now.slice, now.slice_value,
        changes.start_before, changes.change, before.value as value_before, now.value,
        now.brings - before.brings
        - (now.weight - before.weight) * (changes.value + changes.value_before) / 2 as contribution,
        coalesce((now.weight + before.weight) / 2 * (now.rate - before.rate), 0) as rate_effect,
        now.weight - before.weight as weight_change,
        now.is_sampled or before.is_sampled as is_sampled, now.way <> 'sum' as has_mix
    from driver_changes as changes
    inner join driver_levels as now using (kpi, grain, period_start)
    inner join driver_levels as before
        on
            now.kpi = before.kpi
            and now.grain = before.grain
            and changes.start_before = before.period_start
            and now.slice = before.slice
            and now.slice_value = before.slice_value
    where
        changes.age < {PERIODS}
        and (now.value is not null or before.value is not null or now.weight <> 0 or before.weight <> 0)
)

select
    * exclude (rate_effect, has_mix),
    if(has_mix, contribution - rate_effect, null) as mix_effect,
    if(has_mix, rate_effect, null) as rate_effect,
    row_number() over (
        partition by kpi, grain, period_start, compare, slice order by abs(contribution) desc, slice_value
    ) as rank
from effects
"""

# Rounding is no row: what counts is left of 1e-9 of the change, which the mart promises.
_REST = f"""
insert into driver_contributions by name
with rests as (
    select
        changes.kpi, changes.grain, changes.period_start, changes.compare, sliced.slice,
        any_value(changes.start_before) as start_before, any_value(changes.change) as change,
        any_value(changes.change) - coalesce(fsum(contributions.contribution), 0) as contribution
    from driver_changes as changes
    inner join (select distinct kpi, grain, slice from driver_segments) as sliced using (kpi, grain)
    left join driver_contributions as contributions using (kpi, grain, period_start, compare, slice)
    where changes.age < {PERIODS}
    group by all
)

select *, '{UNATTRIBUTED}' as slice_value
from rests
where abs(contribution) > 1e-10 * greatest(1, abs(change))
"""


def attribute_changes(con: DuckDBPyConnection) -> None:
    """Create the temp tables ``driver_changes`` and ``driver_contributions`` from those of measure_levels.

    ``driver_changes`` has a row per KPI, grain, period and comparison, of all periods that have one to compare with.
    ``driver_contributions`` has one per slice and slice value of the last 26 periods, in the KPI's unit, and one
    ``(unattributed)`` per slice where its segments do not add up to the change.
    """
    for statement in (_CHANGES, _SEGMENTS, _REST):
        con.execute(statement)
