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

# A median deviation that is nothing but rounding draws nothing in: half of the values are the same then. What never
# varied is unusual when it does, but not by rounding (1e-9 of it).
_MACROS = (
    "create or replace temp macro driver_sigmas(n) as 3 + 7.5 / (n - 1) + 17.25 / ((n - 1) * (n - 1))",
    """
    create or replace temp macro driver_bound(earlier) as (
        if(
            list_mad(earlier) > 1e-9 * greatest(abs(list_min(earlier)), abs(list_max(earlier))),
            3 * 1.4826 * list_mad(earlier), 'inf'::double
        )
    )
    """,
    """
    create or replace temp macro driver_spread(earlier, centre, bound) as sqrt(
        list_sum(list_transform(earlier, lambda x: least(abs(x - centre), bound) ** 2)) / (len(earlier) - 1)
    )
    """,
)

# Of days only the day before is looked at beside the day itself: whether one day a year ago was unusual is not worth a
# year of days. The noise of a share goes with its root: a segment may at least vary as much as those of its size do,
# which is the median of the segments' spreads per root of their shares.
_SEGMENTS = f"""
create or replace temp table driver_excesses as
with needed as (
    select distinct
        kpi, grain, unnest([period_start, if(grain = 'day', period_start - 1, start_before)]) as period_start
    from driver_changes
    where age < {PERIODS}
),

reach as (
    select kpi, grain, max(age) + {EARLIER} as furthest
    from driver_totals
    semi join needed using (kpi, grain, period_start)
    group by all
),

measures as (
    unpivot (
        select kpi, grain, period_start, slice, slice_value, share, is_whole, pull, relative_pull, weight
        from driver_levels
        inner join reach using (kpi, grain)
        where age <= furthest
    ) on pull, relative_pull, weight into name measure value level
),

remembered as (
    select
        kpi, grain, period_start, slice, slice_value, measure, level, share,
        list(level) filter (is_whole) over earlier as earlier,
        avg(share) filter (is_whole) over earlier as usual_share
    from measures
    window earlier as (
        partition by kpi, grain, slice, slice_value, measure order by period_start
        rows between {EARLIER} preceding and 1 preceding
    )
),

centred as (
    select *, list_median(earlier) as centre, driver_bound(earlier) as bound
    from remembered
    semi join needed using (kpi, grain, period_start)
    where len(earlier) >= {LEAST_EARLIER}
),

spread as (
    select
        *, driver_spread(earlier, centre, bound) as own_spread,
        sqrt(if(usual_share > 0, usual_share, share)) as root,
        median(own_spread / nullif(root, 0)) filter (own_spread > 0)
            over (partition by kpi, grain, period_start, slice, measure) as usual_spread
    from centred
),

judged as (
    select
        *,
        greatest(own_spread, coalesce(usual_spread, 0) * root, 1e-9 * abs(level), 1e-9 * abs(centre)) as noise,
        (level - centre) / nullif(noise, 0) / driver_sigmas(len(earlier)) as excess
    from spread
)

select
    kpi, grain, period_start, slice, slice_value,
    any_value(excess) filter (measure = 'pull') as absolute,
    any_value(excess) filter (measure = 'relative_pull') as relative,
    case
        when absolute is null or relative is null then coalesce(absolute, relative, 0)
        when absolute * relative > 0 then sign(absolute) * least(abs(absolute), abs(relative))
        else 0
    end as pull_excess,
    coalesce(any_value(excess) filter (measure = 'weight'), 0) as weight_excess
from judged
group by all
"""

# How far a KPI goes from one period to the next is what a contribution has to reach, whatever it is compared with.
_CHANGES = f"""
create or replace temp table driver_usual_changes as
with steps as (
    select
        kpi, grain, period_start,
        case when is_whole then value end as whole_value,
        whole_value - lag(whole_value ignore nulls) over (partition by kpi, grain order by period_start) as step
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
        *, list(change) filter (is_whole) over (
            partition by kpi, grain, compare order by period_start rows between {EARLIER} preceding and 1 preceding
        ) as earlier
    from driver_changes
),

centred as (
    select *, list_median(earlier) as centre, driver_bound(earlier) as bound
    from remembered
    where age < {PERIODS}
)

select
    centred.* exclude (earlier, centre, bound), usual_step,
    coalesce(len(earlier), 0) >= {LEAST_EARLIER} as is_judged,
    coalesce(
        abs(change - centre)
        > greatest(driver_sigmas(len(earlier)) * driver_spread(earlier, centre, bound), 1e-9 * abs(value)), false
    ) and is_judged and is_whole as is_unusual
from centred
inner join usual_steps using (kpi, grain, period_start)
"""


def find_unusual(con: DuckDBPyConnection) -> None:
    """Create the temp tables ``driver_excesses`` and ``driver_usual_changes`` from those of attribute_changes.

    An excess of a segment's pull or weight is its distance from usual in units of the limit: beyond 1 or -1 it is
    unusual. Of the two views of a pull it is the lesser.
    ``usual_step`` is the median of a KPI's changes from one period to the next, in its unit; ``is_judged`` tells
    whether there are earlier changes enough to say that one is unusual.
    """
    for statement in (*_MACROS, _SEGMENTS, _CHANGES):
        con.execute(statement)
