"""Fills kpi_actions, and tells the scorecard of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from metrics.calendar import Calendar
from metrics.periods import Period, named_period
from metrics.planning import ActionPlan
from metrics.steering.actions.action_rows import missed_row, plan_row
from metrics.steering.actions.kpis import PromisedKpi, read_kpis
from metrics.steering.actions.missed import missed_at_deadline, off_target
from metrics.steering.actions.sentences import Missed, asked_words, reformulate_words
from metrics.steering.actions.standing import OPEN, Point, Standing, stand
from metrics.steering.clock import last_day
from metrics.steering.rows import insert

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COURSES = """
    select kpi, grain, period_start, period_end, value, target, status
    from mart.kpi_values
    where slice = '' and is_complete and list_contains($kpis::varchar[], kpi) and period_start >= $first
        and list_contains($grains::varchar[], grain)
    order by kpi, grain, period_start
"""
# A plan that is still open says more than one that is asked for, and the newest of several more than the others.
ON_SCORECARD = """
    update mart.kpi_scorecard as scorecard set action_id = action.id, action_status = action.status
    from (
        select kpi, id, status from mart.kpi_actions
        qualify row_number() over (
            partition by kpi
            order by
                case
                    when list_contains($open::varchar[], status) then 1
                    when status = 'asked' then 2
                    when status = 'reformulate' then 3
                    else 4
                end,
                opened_on desc nulls last, id
        ) = 1
    ) as action
    where scorecard.kpi = action.kpi
"""


def write_actions(con: DuckDBPyConnection, as_of: datetime, calendar: Calendar, plans: Sequence[ActionPlan]) -> None:
    """Fill kpi_actions: a row for every plan opened by now, every miss that no plan answers, every target that ran out.

    Args:
        con: has the mart attached as ``mart``, its scorecard, values and targets judged.
        as_of: the run's now, naive UTC; what files say of later days does not count.
        calendar: the company's, whose days plans are judged by.
        plans: the company's action plans.
    """
    today = last_day(as_of, calendar.time_zone)
    opened = [plan for plan in plans if plan.opened <= today]
    kpis = read_kpis(con)
    standings = _standings(con, opened, kpis, calendar, today)
    rows = [plan_row(standing, kpis.get(standing.plan.kpi)) for standing in standings]
    for kpi, miss in off_target(con).items():
        if not _is_answered(kpi, miss, standings):
            rows.append(missed_row("asked", kpi, miss, kpis[kpi], asked_words(miss, kpis[kpi].measure)))
    for kpi, miss in missed_at_deadline(con, today).items():
        if not _is_explained(kpi, miss, standings):
            rows.append(missed_row("reformulate", kpi, miss, kpis[kpi], reformulate_words(miss, kpis[kpi].measure)))
    insert(con, "mart.kpi_actions", rows)
    con.execute(ON_SCORECARD, {"open": list(OPEN)})


def _standings(
    con: DuckDBPyConnection,
    plans: Sequence[ActionPlan],
    kpis: Mapping[str, PromisedKpi],
    calendar: Calendar,
    today: date,
) -> list[Standing]:
    periods = {plan.id: named_period(plan.period, calendar) for plan in plans}
    courses = _courses(con, plans, list(periods.values()))
    standings: list[Standing] = []
    for plan in plans:
        period = periods[plan.id]
        course = [point for point in courses.get((plan.kpi, period.grain), []) if point.start >= period.start]
        direction = kpis[plan.kpi].direction if plan.kpi in kpis else None
        standings.append(stand(plan, period, today, course, direction))
    return standings


def _courses(
    con: DuckDBPyConnection, plans: Sequence[ActionPlan], periods: Sequence[Period]
) -> dict[tuple[str, str], list[Point]]:
    """The complete periods of every KPI with a plan, by KPI and grain, from the first that a plan answers on."""
    if not plans:
        return {}
    asked = {
        "kpis": sorted({plan.kpi for plan in plans}),
        "grains": sorted({period.grain for period in periods}),
        "first": min(period.start for period in periods),
    }
    courses: dict[tuple[str, str], list[Point]] = {}
    for kpi, grain, *point in con.execute(COURSES, asked).fetchall():
        courses.setdefault((kpi, grain), []).append(Point(*point))
    return courses


def _is_answered(kpi: str, miss: Missed, standings: Sequence[Standing]) -> bool:
    """Whether a plan is open for a missed KPI, or was closed after the period was over."""
    return any(
        not standing.is_closed or (standing.plan.closed is not None and standing.plan.closed.date > miss.end)
        for standing in standings
        if standing.plan.kpi == kpi
    )


def _is_explained(kpi: str, miss: Missed, standings: Sequence[Standing]) -> bool:
    """Whether a plan answers the very period of a missed target."""
    answered = {(standing.plan.kpi, standing.period.grain, standing.period.start) for standing in standings}
    return (kpi, miss.grain, miss.start) in answered
