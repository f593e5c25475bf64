-- one row per day of the calendar that had begun before the run's now
{{ config(materialized='table') }}

select
    day,
    week,
    fiscal_quarter,
    fiscal_year
from {{ ref('calendar') }}
where day <= {{ business_day(as_of() ~ ' - interval 1 microsecond') }}
