-- one row per day, from the calendar's first day to the end of the fiscal year after the run's now

with days as (
    select unnest(generate_series(
        date_trunc('year', '{{ first_day() }}'::date - interval {{ fiscal_offset() }} month) + interval {{ fiscal_offset() }} month,
        date_trunc('year', {{ business_day(as_of()) }} - interval {{ fiscal_offset() }} month)
        + interval {{ fiscal_offset() }} month + interval 2 year - interval 1 day,
        interval 1 day
    ))::date as day
)

select
    day,
    (date_trunc('week', day - {{ week_offset() }}) + interval {{ week_offset() }} day)::date as week,
    date_trunc('month', day)::date as month,
    date_trunc('quarter', day)::date as quarter,
    date_trunc('year', day)::date as year,
    (date_trunc('quarter', day - interval {{ fiscal_offset() }} month) + interval {{ fiscal_offset() }} month)::date as fiscal_quarter,
    (date_trunc('year', day - interval {{ fiscal_offset() }} month) + interval {{ fiscal_offset() }} month)::date as fiscal_year,
    isodow(day) <= 5 as is_working_day
from days
