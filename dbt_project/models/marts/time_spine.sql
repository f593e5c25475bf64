-- one row per day of the calendar up to the run's now
{{ config(materialized='table') }}

select day from {{ ref('calendar') }}
where day <= {{ business_day(as_of()) }}
