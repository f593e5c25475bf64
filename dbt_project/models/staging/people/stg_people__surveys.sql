-- one row per survey sent to an employee
{{ config(unique_key='survey_id') }}

with source as (select * from {{ raw('people', 'surveys') }})

select
    survey_id,
    'employee' as kind,
    employee_id as respondent_id,
    null::varchar as ticket_id,
    null::varchar as channel,
    {{ to_utc('sent', 'people', 'surveys') }} as sent_at,
    {{ to_utc('answered', 'people', 'surveys') }} as answered_at,
    score,
    {{ landed() }}
from source
