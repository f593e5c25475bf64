"""What is beyond usual variation: a segment's pull on its KPI, and the change of a KPI.

Both are compared with up to 52 earlier periods: with their median, and with their standard deviation after values
further off than three median absolute deviations were drawn in to there (winsorised), so that a past accident does not
hide the next. Usual is what lies within three of them, widened as Student's t is for a short past (three-sigma limits,
as of control charts; the expansion of t is Abramowitz & Stegun 26.7.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics.steering.drivers.contributions import PERIODS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EARLIER = 52
LEAST_EARLIER = 12

_MACROS = (
    "create or replace temp macro driver_sigmas(n) as 3 + 7.5 / (n - 1) + 17.25 / ((n - 1) * (n - 1))",
    """
    create or replace temp macro driver_spread(earlier, centre, deviation) as sqrt(list_sum(list_transform(
        earlier, lambda x: least(abs(x - centre), if(deviation > 0, 3 * deviation, 'inf'::double)) ** 2
    )) / (len(earlier) - 1))
    """,
)

# The noise of a share goes with its root: a segment may at least vary as much as those of its size do, which is the
# median of the segments' spreads per root of their shares.
_SEGMENTS = f"""
create or replace temp table driver_excesses as
with measures as (
    select *, 'pull' as measure, pull as level from driver_levels
    union all
    select *, 'weight' as measure, weight as level from driver_levels where way <> 'sum'
),

remembered as (
    select
        kpi, grain, period_start, slice, slice_value, measure, level, share,
        list(level) over earlier as earlier, avg(share) over earlier as usual_share
    from measures
    window earlier as (
        partition by kpi, grain, slice, slice_value, measure order by period_start
        rows between {EARLIER} preceding and 1 preceding
    )
),

needed as (
    select distinct kpi, grain, unnest([period_start, start_before]) as period_start
    from driver_changes where age < {PERIODS}
),

centred as (
    select *, list_median(earlier) as centre, 1.4826 * list_mad(earlier) as deviation
    from remembered
    semi join needed using (kpi, grain, period_start)
    where len(earlier) >= {LEAST_EARLIER}
),

spread as (
    select
        *, driver_spread(earlier, centre, deviation) as own_spread,
        sqrt(if(usual_share > 0, usual_share, share)) as root,
        median(own_spread / nullif(root, 0)) filter (own_spread > 0)
            over (partition by kpi, grain, period_start, slice, measure) as usual_spread
    from centred
),

judged as (
    select
        *,
        (level - centre)
        / nullif(greatest(own_spread, coalesce(usual_spread, 0) * root), 0) / driver_sigmas(len(earlier)) as excess
    from spread
)

select
    kpi, grain, period_start, slice, slice_value,
    coalesce(any_value(excess) filter (measure = 'pull'), 0) as pull_excess,
    coalesce(any_value(excess) filter (measure = 'weight'), 0) as weight_excess
from judged
group by all
"""

# How far a KPI goes from one period to the next is what a contribution has to reach, whatever it is compared with.
_CHANGES = f"""
create or replace temp table driver_usual_changes as
with steps as (
    select kpi, grain, period_start, value - lag(value) over (partition by kpi, grain order by period_start) as step
    from driver_totals
),

usual_steps as (
    select
        kpi, grain, period_start,
        median(abs(step)) over (
            partition by kpi, grain order by period_start rows between {EARLIER} preceding and 1 preceding
        ) as usual_step
    from steps
),

remembered as (
    select
        *, list(change) over (
            partition by kpi, grain, compare order by period_start rows between {EARLIER} preceding and 1 preceding
        ) as earlier
    from driver_changes
),

centred as (
    select *, list_median(earlier) as centre, 1.4826 * list_mad(earlier) as deviation
    from remembered
    where age < {PERIODS}
)

select
    centred.* exclude (earlier, centre, deviation), usual_step,
    coalesce(len(earlier), 0) >= {LEAST_EARLIER} as is_judged,
    coalesce(
        abs(change - centre) > driver_sigmas(len(earlier)) * driver_spread(earlier, centre, deviation), false
    ) and is_judged as is_unusual
from centred
inner join usual_steps using (kpi, grain, period_start)
"""


def find_unusual(con: DuckDBPyConnection) -> None:
    """Create the temp tables ``driver_excesses`` and ``driver_usual_changes`` from those of attribute_changes.

    An excess of a segment's pull or weight is its distance from usual in units of the limit: beyond 1 or -1 it is
    unusual.
    ``usual_step`` is the median of a KPI's changes from one period to the next, in its unit; ``is_judged`` tells
    whether there are earlier changes enough to say that one is unusual.
    """
    for statement in (*_MACROS, _SEGMENTS, _CHANGES):
        con.execute(statement)
