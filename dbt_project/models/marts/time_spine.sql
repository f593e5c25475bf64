-- one row per day of the calendar
{{ config(materialized='table') }}

select day from {{ ref('calendar') }}
