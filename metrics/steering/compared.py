"""Which period a value is compared with, as SQL: the same as dbt's macros of these names say in kpi_values."""

from __future__ import annotations


def previous_period_start(grain: str, start: str) -> str:
    """Write SQL of the first day of the period before the one of a grain that begins on ``start``."""
    return f"""
        case {grain}
            when 'day' then {start} - 1
            when 'week' then {start} - 7
            when 'month' then ({start} - interval 1 month)::date
            when 'quarter' then ({start} - interval 3 month)::date
            else ({start} - interval 1 year)::date
        end
    """


def year_ago_period_start(grain: str, start: str) -> str:
    """Write SQL of the first day of last year's period: the same weekday of days and weeks, else the same date."""
    return f"""
        case
            when {grain} in ('day', 'week') then {start} - 364
            else ({start} - interval 1 year)::date
        end
    """
