-- one row per day of the calendar up to the run's now
{{ config(materialized='table') }}

select
    day,
    week,
    fiscal_quarter,
    fiscal_year
from {{ ref('calendar') }}
where day <= {{ business_day(as_of()) }}
