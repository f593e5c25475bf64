"""What every segment of a KPI brings to its value in a period, and with which weight.

A segment is a slice value. What the segments of a slice bring adds up to the value of the KPI: of a ratio N ÷ D a
segment brings nᵢ ÷ D with the weight dᵢ ÷ D. Of a value without parts it brings either its own value, as of a sum, or
its own value times its share of the sample, as of a median: whichever leaves less of the KPI's values over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics.calendar import GRAINS
from metrics.steering.proof.gaps import known_gaps

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

UNATTRIBUTED = "(unattributed)"
_GAPS = "create or replace temp table driver_gaps (kpi varchar, first_day date, last_day date)"
_TOTALS = f"""
create or replace temp table driver_totals as
with finer as (
    select kpi, min_persons, min_sample, unnest({list(GRAINS)}) as grain, review_grain
    from mart.kpi_catalog
    where kind = 'kpi' and lifecycle = 'active'
),

reviewed as (
    select * from finer
    where list_position({list(GRAINS)}, grain) >= list_position({list(GRAINS)}, review_grain)
)

select
    kpi, grain, totals.period_start, totals.period_end, totals.value, totals.numerator, totals.denominator,
    totals.sample_size, reviewed.min_sample, reviewed.min_persons is not null as is_personal,
    coalesce(totals.sample_size >= reviewed.min_sample, true) as is_sampled,
    row_number() over (partition by kpi, grain order by totals.period_start desc) - 1 as age,
    not exists (
        from driver_gaps as gaps
        where gaps.kpi = totals.kpi and first_day <= totals.period_end and last_day >= totals.period_start
    ) as is_whole
from mart.kpi_values as totals
inner join reviewed using (kpi, grain)
where totals.slice = '' and totals.is_complete and totals.value is not null
"""

# A slice value without a row has none of the KPI. Of people it may be one that is not published, so nothing is known.
# Data whose name is that of the rest is part of the rest.
_SEGMENTS = f"""
create or replace temp table driver_segments as
with known as (
    select
        kpi, grain, period_start, slice, slice_value, segments.value, segments.numerator, segments.denominator,
        segments.sample_size
    from mart.kpi_values as segments
    semi join driver_totals using (kpi, grain, period_start)
    where slice <> '' and slice_value <> '{UNATTRIBUTED}'
),

named as (select distinct kpi, grain, slice, slice_value from known),

every as (
    select kpi, grain, totals.period_start, slice, slice_value, totals.is_personal
    from driver_totals as totals
    inner join named using (kpi, grain)
)

select every.* exclude (is_personal), known.* exclude (kpi, grain, period_start, slice, slice_value)
from every
left join known using (kpi, grain, period_start, slice, slice_value)
where known.kpi is not null or not every.is_personal
"""

_WAYS = """
create or replace temp table driver_ways as
with periods as (
    select
        kpi, grain, period_start, slice, bool_or(totals.denominator is not null) as is_ratio,
        any_value(totals.value) as kpi_value, fsum(segments.value) as by_sum,
        fsum(segments.value * segments.sample_size) / nullif(any_value(totals.sample_size), 0) as by_sample
    from driver_segments as segments
    inner join driver_totals as totals using (kpi, grain, period_start)
    group by all
)

select
    kpi, grain, slice,
    case
        when bool_or(is_ratio) then 'ratio'
        when fsum(abs(kpi_value - by_sum)) > fsum(abs(kpi_value - by_sample)) then 'sample'
        else 'sum'
    end as way
from periods
group by all
"""

# How far a segment pulls the KPI away from what it would be without a say of its own, in two views: beside segments
# that rise and fall with it by as much, and beside segments that do so in proportion (of a sum only that one).
_LEVELS = """
create or replace temp table driver_levels as
with measured as (
    select
        kpi, grain, period_start, slice, slice_value, way, totals.value as kpi_value, segments.value, totals.age,
        totals.is_whole, coalesce(segments.sample_size, 0) >= coalesce(totals.min_sample, 0) as is_sampled,
        case way
            when 'ratio' then coalesce(segments.numerator, 0) / nullif(totals.denominator, 0)
            when 'sample'
                then coalesce(segments.value * segments.sample_size, 0) / nullif(totals.sample_size, 0)
            else coalesce(segments.value, 0)
        end as brings,
        case way
            when 'ratio' then coalesce(segments.denominator, 0) / nullif(totals.denominator, 0)
            when 'sample'
                then if(segments.value is null, 0, segments.sample_size) / nullif(totals.sample_size, 0)
            else 0
        end as weight,
        case way
            when 'ratio' then segments.numerator / nullif(segments.denominator, 0)
            when 'sample' then segments.value
        end as rate
    from driver_segments as segments
    inner join driver_totals as totals using (kpi, grain, period_start)
    inner join driver_ways using (kpi, grain, slice)
)

select
    *,
    if(way <> 'sum', brings - weight * kpi_value, null) as pull,
    if(
        way = 'sum' or min(brings) over (partition by kpi, grain, period_start, slice) >= 0,
        brings / nullif(kpi_value, 0) - weight, null
    ) as relative_pull,
    if(way = 'sum', abs(relative_pull), weight) as share
from measured
"""


def measure_levels(con: DuckDBPyConnection) -> None:
    """Create the temp tables ``driver_totals`` (KPI × grain × period) and ``driver_levels`` (× slice × slice value).

    Of active KPIs, the complete periods of the review grain and coarser that have a value. ``age`` counts them back
    from the latest, which has 0; ``is_whole`` is false where certification found days missing. ``brings`` and ``pull``
    are in the KPI's unit, ``relative_pull`` is a share of it (NULL where segments bring less than nothing), ``weight``
    a share of the denominator, ``rate`` the segment's own ratio. ``pull`` and ``rate`` are NULL of a sum.
    """
    con.execute(_GAPS)
    gaps = [(kpi, gap.first_day, gap.last_day) for kpi, found in known_gaps(con).items() for gap in found]
    if gaps:
        con.executemany("insert into driver_gaps values (?, ?, ?)", gaps)
    for statement in (_TOTALS, _SEGMENTS, _WAYS, _LEVELS):
        con.execute(statement)
