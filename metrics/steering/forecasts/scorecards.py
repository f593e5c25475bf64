"""Writes on scorecards what the goal under way will come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A goal whose period is over has come to its value, and was reached or was not: its status says which, if it is judged.
_WRITE = """
    with goals as (
        select
            s.kpi, v.value as came_to, v.status, f.forecast, f.lower, f.upper, f.probability_on_target,
            t.attainability_verdict
        from mart.kpi_scorecard as s
        left join mart.kpi_targets as t
            on s.kpi = t.kpi and s.goal_grain = t.grain and s.goal_start = t.period_start and t.slice = ''
        left join mart.kpi_values as v
            on s.kpi = v.kpi and s.goal_grain = v.grain and s.goal_start = v.period_start
            and v.slice = '' and v.is_complete
        left join mart.kpi_forecasts as f
            on s.kpi = f.kpi and s.goal_grain = f.grain and s.goal_start = f.period_start
        where s.goal_grain is not null
    )
    update mart.kpi_scorecard as s
    set forecast = coalesce(g.came_to, g.forecast),
        forecast_lower = coalesce(g.came_to, g.lower),
        forecast_upper = coalesce(g.came_to, g.upper),
        probability_on_target =
            case when g.came_to is null then g.probability_on_target else (g.status = 'on_target')::double end,
        attainability = g.attainability_verdict
    from goals as g
    where s.kpi = g.kpi
"""


def write_scorecards(con: DuckDBPyConnection) -> None:
    """Write forecast, interval, probability and attainability of the goal under way, once the other tables are full."""
    con.execute(_WRITE)
