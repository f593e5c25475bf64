"""The periods in which something may be promised, and their days, as temporary tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from metrics.calendar import GRAINS, Calendar
from metrics.steering.first_days import FIRST_DAYS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# From the mart's calendar, so that weeks, fiscal quarters and fiscal years are those of the values; whole periods, also
# where the calendar begins or ends in the midst of one. A week counts where its middle day lies.
_PERIODS = """
create or replace temp table target_periods as
with starts as (
    unpivot (select day, week, month, fiscal_quarter as quarter, fiscal_year as year from mart.calendar)
    on day, week, month, quarter, year into name grain value period_start
)

select distinct
    grain,
    list_position($grains, grain) as size,
    period_start,
    (period_start + case grain
        when 'day' then interval 1 day
        when 'week' then interval 7 day
        when 'month' then interval 1 month
        when 'quarter' then interval 3 month
        else interval 1 year
    end)::date - 1 as period_end,
    case when grain = 'week' then period_start + 3 else period_start end as anchor
from starts
"""
# On closed days the company does not work, whatever weekday it is.
_DAYS = """
create or replace temp table target_days as
with days as (
    select *, unnest(generate_series(period_start, period_end, interval 1 day))::date as day from target_periods
)

select
    days.*,
    coalesce(calendar.is_working_day, isodow(days.day) <= 5) and not list_contains($closed::date[], days.day) as works
from days left join mart.calendar as calendar using (day)
"""
_KPIS = f"""
create or replace temp table target_kpis as
with first_days as ({FIRST_DAYS})

select
    catalog.kpi,
    catalog.direction,
    catalog.min_sample,
    coalesce(catalog.is_additive, false) as is_additive,
    string_split(catalog.grains, ', ') as grains,
    first_days.first_day,
    $last_start::date as last_start
from mart.kpi_catalog as catalog left join first_days using (kpi)
where catalog.kind = 'kpi' and catalog.lifecycle <> 'retired'
"""
# The year under way, and the first period after it.
_LAST_START = "select max(period_end) + 1 from target_periods where grain = 'year' and period_start <= ?"


def make_spans(con: DuckDBPyConnection, today: date, calendar: Calendar) -> None:
    """Make ``target_periods``, their ``target_days``, and ``target_kpis`` with the days that targets are made for.

    ``size`` orders grains from day (1) to year (5); ``anchor`` is the day that says in which longer period one lies.
    ``last_start`` is the last day on which a period may begin that ``each`` promise is made for.
    """
    con.execute(_PERIODS, {"grains": list(GRAINS)})
    con.execute(_DAYS, {"closed": sorted(calendar.closed)})
    (last,) = con.execute(_LAST_START, [today]).fetchone() or (None,)
    con.execute(_KPIS, {"last_start": last})
