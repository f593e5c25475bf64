-- one row per contact with a customer
{{ config(unique_key='interaction_id') }}

with source as (select * from {{ raw('helpdesk', 'interactions') }})

select
    id as interaction_id,
    ticket_id,
    agent,
    channel,
    {{ to_utc('started_at', 'helpdesk', 'interactions') }} as started_at,
    handle_seconds,
    wait_seconds,
    answered,
    {{ landed() }}
from source
