"""Whether values keep what was promised of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics.steering.rounding import RELATIVE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# By how much a value misses its target, and the bound that it misses.
_MISS = """
    case
        when direction = 'within' then greatest(low - value, value - high, 0)
        when direction in ('decrease', 'at_most') then greatest(value - target, 0)
        else greatest(target - value, 0)
    end
"""
_BOUND = "case when direction <> 'within' then target when value < low then low else high end"
_ATTAINMENT = """
    case
        when value is null or bound is null then null
        when direction = 'within' and miss = 0 then 1
        when direction = 'within' then 1 - miss / nullif(abs(bound), 0)
        when direction in ('decrease', 'at_most') then 1 - (value - target) / nullif(abs(target), 0)
        else 1 + (value - target) / nullif(abs(target), 0)
    end
"""
# A miss is measured by its bound, at 0 by the way from the baseline; sums of floats differ in their last bits.
_STATUS = f"""
    case
        when not is_complete then null
        when value is null then 'no_data'
        when bound is null then 'no_target'
        when sample_size < min_sample then null
        when miss <= {RELATIVE} * scale or miss = 0 then 'on_target'
        when miss <= (1 - at_risk + {RELATIVE}) * scale then 'at_risk'
        else 'off_target'
    end
"""
_REASON = """
    case
        when not is_complete then 'open'
        when value is not null and bound is not null and sample_size < min_sample then 'small_sample'
    end
"""
_JUDGE = f"""
create or replace temp table target_judged as
with promised as (
    select
        kpi_values.* exclude (target, target_low, target_high, attainment, status, status_reason),
        kpis.direction,
        kpis.min_sample,
        targets.value as target,
        targets.low,
        targets.high,
        targets.baseline,
        targets.at_risk
    from mart.kpi_values as kpi_values
    inner join target_kpis as kpis using (kpi)
    left join mart.kpi_targets as targets using (kpi, grain, period_start, slice, slice_value)
    where kpi_values.slice = '' or targets.kpi is not null
),

missed as (
    select *, {_MISS} as miss, {_BOUND} as bound, abs(case when bound = 0 then baseline else bound end) as scale
    from promised
)

select
    kpi,
    grain,
    period_start,
    slice,
    slice_value,
    target,
    low as target_low,
    high as target_high,
    {_ATTAINMENT} as attainment,
    {_STATUS} as status,
    {_REASON} as status_reason
from missed
"""
_JUDGED = ("target", "target_low", "target_high", "attainment", "status", "status_reason")
SET_JUDGED = ", ".join(f"{column} = judged.{column}" for column in _JUDGED)
_UPDATE = f"""
update mart.kpi_values as kpi_values
set {SET_JUDGED}
from target_judged as judged
where
    kpi_values.kpi = judged.kpi
    and kpi_values.grain = judged.grain
    and kpi_values.period_start = judged.period_start
    and kpi_values.slice = judged.slice
    and kpi_values.slice_value = judged.slice_value
"""


def judge_values(con: DuckDBPyConnection) -> None:
    """Give the totals of KPIs, and the slices that something is promised of, target, attainment and status."""
    con.execute(_JUDGE)
    con.execute(_UPDATE)
