"""What the scorecard says of targets: status, streak, trend, and how far the promise under way is kept."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from metrics.steering.rows import insert
from metrics.steering.targets.statuses import SET_JUDGED
from metrics.steering.targets.trend import SHOWN_PERIODS, line_through

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_STATUSES = f"""
update mart.kpi_scorecard as scorecard
set {SET_JUDGED}
from target_judged as judged
where
    judged.slice = ''
    and scorecard.kpi = judged.kpi
    and scorecard.grain = judged.grain
    and scorecard.period_start = judged.period_start
"""
# The complete periods of each review up to the one on the scorecard, the latest being the first.
_REVIEWED = """
create or replace temp table target_reviewed as
select
    kpi_values.kpi,
    kpi_values.value,
    kpi_values.period_start >= kpis.first_day as is_whole,
    case status when 'on_target' then 1 when 'at_risk' then -1 when 'off_target' then -1 end as kept,
    row_number() over (partition by kpi order by kpi_values.period_start desc) as back
from mart.kpi_values as kpi_values
inner join (select kpi, grain, period_start as latest from mart.kpi_scorecard) as scorecard using (kpi, grain)
inner join target_kpis as kpis using (kpi)
where kpi_values.slice = '' and kpi_values.is_complete and kpi_values.period_start <= scorecard.latest
"""
_STREAKS = """
update mart.kpi_scorecard as scorecard
set streak = ended.kept * (ended.first_other - 1)
from (
    select
        kpi,
        latest.kept,
        coalesce(min(back) filter (reviewed.kept is distinct from latest.kept), max(back) + 1) as first_other
    from target_reviewed as reviewed
    inner join (select kpi, kept from target_reviewed where back = 1) as latest using (kpi)
    group by kpi, latest.kept
) as ended
where scorecard.kpi = ended.kpi
"""
_POINTS = f"""
select kpi, -back, value from target_reviewed
where value is not null and is_whole
qualify row_number() over (partition by kpi order by back) <= {SHOWN_PERIODS}
order by kpi, back desc
"""
_TRENDS = """
update mart.kpi_scorecard as scorecard
set trend = trends.trend, trend_slope = trends.slope, trend_confidence = trends.confidence
from target_trends as trends
where scorecard.kpi = trends.kpi
"""
# The day under way counts for the part of it that is over.
_GOALS = """
update mart.kpi_scorecard as scorecard
set
    goal_grain = goals.grain,
    goal_start = goals.period_start,
    goal_end = goals.period_end,
    goal_value = kpi_values.value,
    goal_target = goals.value,
    goal_expected = goals.expected,
    pace = case when goals.expected > 0 then kpi_values.value / goals.expected end
from (
    select
        promised.kpi,
        promised.grain,
        promised.period_start,
        promised.period_end,
        promised.value,
        sum(
            promised.value * share * case when day < $today then 1 when day = $today then $elapsed end order by day
        ) as expected
    from (
        select * from target_promised
        where
            slice = '' and is_whole and $today between period_start and period_end
            and (value is not null or low is not null)
        qualify row_number() over (partition by kpi order by size desc) = 1
    ) as promised
    left join target_shares using (kpi, slice, slice_value, grain, period_start)
    group by all
) as goals
left join mart.kpi_values as kpi_values
    on
        goals.kpi = kpi_values.kpi
        and goals.grain = kpi_values.grain
        and goals.period_start = kpi_values.period_start
        and kpi_values.slice = ''
where scorecard.kpi = goals.kpi
"""


def judge_scorecard(con: DuckDBPyConnection, today: date, elapsed: float) -> None:
    """Say on the scorecard how its values keep their targets; ``elapsed`` is the part of ``today`` that is over."""
    for statement in (_STATUSES, _REVIEWED, _STREAKS):
        con.execute(statement)
    _write_trends(con)
    con.execute(_GOALS, {"today": today, "elapsed": elapsed})


def _write_trends(con: DuckDBPyConnection) -> None:
    found: list[dict[str, object]] = []
    for kpi, points in groupby(con.execute(_POINTS).fetchall(), key=itemgetter(0)):
        if line := line_through([(period, value) for _, period, value in points]):
            found.append({"kpi": kpi, "trend": line.direction, "slope": line.slope, "confidence": line.confidence})
    con.execute(
        "create or replace temp table target_trends (kpi varchar, trend varchar, slope double, confidence double)"
    )
    insert(con, "target_trends", found)
    con.execute(_TRENDS)
