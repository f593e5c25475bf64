"""When the values of KPIs begin: a period that began earlier lacks a part, and nobody knows how much."""

from metrics.calendar import GRAINS

# SQL of (kpi, first_day): the first day with a value at the KPI's finest grain; of one without any value, of its rows.
FIRST_DAYS = f"""
    select kpi, arg_min(coalesce(first_value, first_period), size) as first_day
    from (
        select
            kpi,
            list_position({list(GRAINS)}, grain) as size,
            min(period_start) filter (value is not null) as first_value,
            min(period_start) as first_period
        from mart.kpi_values
        group by kpi, grain
    ) as by_grain
    group by kpi
"""
