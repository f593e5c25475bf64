-- one row per survey sent to a customer, newest version
{{ config(unique_key='survey_id') }}

with source as (select * from {{ raw('helpdesk', 'surveys') }})

select
    id as survey_id,
    kind,
    customer_id as respondent_id,
    ticket_id,
    channel,
    {{ to_utc('sent_at', 'helpdesk', 'surveys') }} as sent_at,
    {{ to_utc('answered_at', 'helpdesk', 'surveys') }} as answered_at,
    score,
    {{ landed() }}
from source
