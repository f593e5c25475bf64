-- one row per ticket, newest version
{{ config(unique_key='ticket_id') }}

with source as (select * from {{ raw('helpdesk', 'tickets') }})

select
    id as ticket_id,
    customer_id,
    {{ to_utc('opened_at', 'helpdesk', 'tickets') }} as opened_at,
    {{ to_utc('first_response_at', 'helpdesk', 'tickets') }} as first_response_at,
    {{ to_utc('resolved_at', 'helpdesk', 'tickets') }} as resolved_at,
    {{ to_utc('closed_at', 'helpdesk', 'tickets') }} as closed_at,
    status,
    channel,
    priority,
    topic,
    contacts_to_resolve,
    reopened,
    {{ landed() }}
from source
