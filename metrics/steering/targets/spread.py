"""Spreads what is promised of a period over the finer periods in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Last year's shape: the days of the same weekday 364 days before. A slice without rows on a day that has a total sold
# nothing; a day without a total has no shape. The last day of a year, 364 days after its first, takes that one's: no
# target is made of what it is to judge.
_SHAPES = """
create or replace temp table target_shapes as
with totals as (
    select kpi, period_start + 364 as day, value from mart.kpi_values
    where grain = 'day' and slice = '' and is_complete
),

spread as (
    select distinct kpi, slice, slice_value from target_promised
    where spread = 'last_year' and is_additive
)

select
    spread.*,
    totals.day,
    case when spread.slice = '' then totals.value else coalesce(own.value, totals.value * 0) end as value
from spread
inner join totals using (kpi)
left join mart.kpi_values as own
    on
        spread.kpi = own.kpi
        and own.grain = 'day'
        and own.period_start = totals.day - 364
        and spread.slice = own.slice
        and spread.slice_value = own.slice_value
"""
# Where the rule has nothing to go by (no working day in the period, no whole shape of last year, or one below zero),
# every day has the same share, and the row says so.
_SHARES = """
create or replace temp table target_shares as
with weighed as (
    select
        promised.kpi,
        promised.slice,
        promised.slice_value,
        promised.grain,
        promised.size,
        promised.period_start,
        days.day,
        promised.spread,
        case promised.spread
            when 'working_days' then days.works::integer
            when 'last_year' then shapes.value
        end as weight,
        sum(weight) over whole as total,
        promised.spread <> 'flat'
        and count(weight) over whole = count(*) over whole
        and min(weight) over whole >= 0
        and total > 0 as has_shape,
        count(*) over whole as days
    from target_promised as promised
    inner join target_days as days on promised.grain = days.grain and promised.period_start = days.period_start
    left join target_shapes as shapes
        on
            promised.kpi = shapes.kpi
            and promised.slice = shapes.slice
            and promised.slice_value = shapes.slice_value
            and days.day - case when days.day - 364 >= promised.period_start then 364 else 0 end = shapes.day
    where promised.is_additive
    window whole as (
        partition by promised.kpi, promised.slice, promised.slice_value, promised.grain, promised.period_start
        order by days.day rows between unbounded preceding and unbounded following
    )
)

select
    * exclude (weight, total, has_shape, days, spread),
    case when has_shape then weight / total else 1 / days end as share,
    case when has_shape then spread else 'flat' end as spread
from weighed
"""
# Summed day by day, so that the last bits of a sum are the same in every run.
_FINER = """
create or replace temp table target_finer as
with days as (
    select
        shares.kpi,
        shares.slice,
        shares.slice_value,
        finer.grain,
        finer.period_start,
        finer.period_end,
        finer.anchor,
        shares.day,
        shares.share,
        shares.spread as rule,
        promised
    from target_shares as shares
    inner join target_promised as promised using (kpi, slice, slice_value, grain, period_start)
    inner join target_days as finer
        on shares.day = finer.day and finer.size < shares.size and list_contains(promised.grains, finer.grain)
    qualify row_number() over (
        partition by shares.kpi, shares.slice, shares.slice_value, finer.grain, shares.day order by shares.size
    ) = 1
)

select
    kpi,
    slice,
    slice_value,
    grain,
    period_start,
    period_end,
    sum(share * promised.value order by day) as value,
    sum(share * promised.low order by day) as low,
    sum(share * promised.high order by day) as high,
    sum(share * promised.baseline order by day) as baseline,
    any_value(rule) filter (day = anchor) as rule,
    any_value(promised) filter (day = anchor) as promised
from days
group by kpi, slice, slice_value, grain, period_start, period_end
having count(coalesce(promised.value, promised.low)) = period_end - period_start + 1

union all

select
    promised.kpi,
    promised.slice,
    promised.slice_value,
    finer.grain,
    finer.period_start,
    finer.period_end,
    promised.value,
    promised.low,
    promised.high,
    promised.baseline,
    'unchanged' as rule,
    promised
from target_promised as promised
inner join target_days as coarser on promised.grain = coarser.grain and promised.period_start = coarser.period_start
inner join target_periods as finer
    on coarser.day = finer.anchor and finer.size < promised.size and list_contains(promised.grains, finer.grain)
where not promised.is_additive
qualify row_number() over (
    partition by promised.kpi, promised.slice, promised.slice_value, finer.grain, finer.period_start
    order by promised.size
) = 1
"""
_WRITTEN = """
    baseline, value, low, high, promised.at_risk as at_risk, promised.horizon as horizon, promised.set_at as set_at,
    promised.basis as basis, promised.basis_team as basis_team, promised.basis_budget as basis_budget,
    promised.basis_time as basis_time, promised.grain as promised_grain
"""
_INSERT = f"""
insert into mart.kpi_targets by name
select kpi, slice, slice_value, grain, period, period_start, period_end, {_WRITTEN}
from target_promised as promised
where is_whole and (value is not null or low is not null)

union all by name

select
    finer.kpi, slice, slice_value, grain, promised.period as period, period_start, period_end, {_WRITTEN},
    rule as spread
from target_finer as finer
inner join target_kpis as kpis using (kpi)
anti join target_promised as own using (kpi, slice, slice_value, grain, period_start)
where
    case when kpis.is_additive then period_start else period_end end >= kpis.first_day
    and period_start <= kpis.last_start
    and (value is not null or low is not null)
"""


def write_spread(con: DuckDBPyConnection) -> None:
    """Fill ``mart.kpi_targets``: what is promised, and for finer grains their share of the nearest promise above them.

    Of a KPI that adds up, the promise is spread over days by its rule (``target_shares``: the shares of a period sum to
    1) and these are summed; anything else is promised of every part as of the whole.
    """
    for statement in (_SHAPES, _SHARES, _FINER, _INSERT):
        con.execute(statement)
