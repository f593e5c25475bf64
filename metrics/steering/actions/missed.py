"""What was missed and asks for something: KPIs off target in their latest period, and promises missed at their end."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from metrics.calendar import GRAINS
from metrics.steering.actions.sentences import Missed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ASKS_FOR = 92  # days after its deadline in which a missed target asks to be reformulated
# The scorecard's period is the latest complete one; its streak counts the periods not on target, this one included.
OFF_TARGET = """
    select kpi, grain, period_start, period_end, value, target, target_low, target_high,
        greatest(coalesce(-streak, 1), 1) as misses
    from mart.kpi_scorecard
    where status = 'off_target'
    order by kpi
"""
# A promise that is renewed with every review is answered by the plan that its miss asks for. What has a deadline of its
# own is a promise for longer than that, or for one period by name. It is answered by a target that was set after it.
ENDED = f"""
    with promised as (
        select target.* from mart.kpi_targets as target inner join mart.kpi_catalog as catalog using (kpi)
        where target.slice = '' and target.grain = target.promised_grain and catalog.lifecycle = 'active'
            and (target.grain <> catalog.review_grain or target.period not like 'each %')
    ),

    ended as (
        select promised.*, value.value as reached, value.status
        from promised
        inner join mart.kpi_values as value
            on promised.kpi = value.kpi and promised.grain = value.grain
            and promised.period_start = value.period_start and value.slice = ''
        where value.is_complete and value.status is not null and promised.period_end <= $today
        qualify row_number() over (partition by promised.kpi, promised.grain order by promised.period_start desc) = 1
    )

    select ended.kpi, ended.grain, ended.period_start, ended.period_end, ended.reached, ended.value, ended.low,
        ended.high, 1 as misses
    from ended
    where ended.status = 'off_target' and ended.period_end > $today - $asks_for::integer
        and not exists (
            select 1 from promised as later
            where later.kpi = ended.kpi and later.grain = ended.grain and later.period_start > ended.period_end
                and later.set_at > ended.period_end
                and (later.period not like 'each %' or later.set_at <> later.period_start)
        )
    qualify row_number() over (
        partition by ended.kpi
        order by ended.period_end desc, list_position({list(GRAINS)}, ended.grain) desc
    ) = 1
    order by ended.kpi
"""


def off_target(con: DuckDBPyConnection) -> dict[str, Missed]:
    """Every KPI on a scorecard that is off target in its latest complete period."""
    return {kpi: Missed(*row) for kpi, *row in con.execute(OFF_TARGET).fetchall()}


def missed_at_deadline(con: DuckDBPyConnection, today: date) -> dict[str, Missed]:
    """The latest promise of every KPI that ended off target by ``today`` and for which no other was made since."""
    rows = con.execute(ENDED, {"today": today, "asks_for": ASKS_FOR}).fetchall()
    return {kpi: Missed(*row) for kpi, *row in rows}
