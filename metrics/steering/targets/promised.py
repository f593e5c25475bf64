"""What the promises come to: a target per period that something is promised for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from metrics.calendar import Calendar
from metrics.contracts import Contract
from metrics.steering.compared import previous_period_start, year_ago_period_start
from metrics.steering.rows import insert
from metrics.steering.targets.promises import COLUMNS, promise_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_REFERENCE_START = f"""
case promise.over
    when 'previous_year' then {year_ago_period_start("span.grain", "span.period_start")}
    else {previous_period_start("span.grain", "span.period_start")}
end
"""
_PROMISED = f"""
create or replace temp table target_promised as
with chosen as (
    select
        promise.*,
        span.period_start,
        span.period_end,
        span.size,
        {_REFERENCE_START} as reference_start,
        kpis.is_additive,
        kpis.grains,
        promise.named_start is not null or not kpis.is_additive or span.period_start >= kpis.first_day as is_whole
    from target_promises as promise
    inner join target_kpis as kpis using (kpi)
    inner join target_periods as span
        on promise.grain = span.grain and span.period_start = coalesce(promise.named_start, span.period_start)
    where
        promise.named_start is not null
        or (span.period_end >= kpis.first_day and span.period_start <= kpis.last_start)
    qualify row_number() over (
        partition by promise.kpi, promise.slice, promise.slice_value, promise.grain, span.period_start
        order by promise.named_start is null, promise.place
    ) = 1
),

-- what is over and began with the data or later: of a part nobody can say by how much the whole is more
known as (
    select kpi_values.* from mart.kpi_values as kpi_values
    inner join target_kpis as kpis on kpi_values.kpi = kpis.kpi and kpi_values.period_start >= kpis.first_day
    where kpi_values.is_complete and kpi_values.value is not null
)

select
    chosen.* exclude (value, baseline, set_at),
    case
        when chosen.over is not null then reference.value + chosen.change * abs(reference.value)
        else chosen.value
    end as value,
    case when chosen.over is not null then reference.value else coalesce(chosen.baseline, base.value) end as baseline,
    coalesce(
        chosen.set_at,
        case when chosen.grain = 'week' then date_trunc('month', chosen.period_start)::date end,
        case when chosen.grain = 'day' then date_trunc('month', chosen.period_start)::date end,
        chosen.period_start
    ) as set_at
from chosen
left join known as reference
    on
        chosen.over is not null
        and chosen.kpi = reference.kpi
        and chosen.grain = reference.grain
        and chosen.reference_start = reference.period_start
        and chosen.slice = reference.slice
        and chosen.slice_value = reference.slice_value
left join known as base
    on
        chosen.kpi = base.kpi
        and chosen.baseline_grain = base.grain
        and chosen.baseline_start = base.period_start
        and chosen.slice = base.slice
        and chosen.slice_value = base.slice_value
"""


def make_promised(con: DuckDBPyConnection, calendar: Calendar, contracts: Iterable[Contract]) -> None:
    """Make ``target_promised``: a row per promised period, KPI and slice, a named period before ``each`` of them.

    A change over a period without a whole value leaves ``value`` NULL: nothing can be promised over nothing. Not
    ``is_whole`` is a sum of which only a part is known, as data began midway: its days have targets, itself has none.
    """
    con.execute(f"create or replace temp table target_promises ({COLUMNS})")
    insert(con, "target_promises", list(promise_rows(contracts, calendar)))
    con.execute(_PROMISED)
