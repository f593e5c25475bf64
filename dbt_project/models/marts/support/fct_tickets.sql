-- one row per ticket
{{ config(unique_key=['source_system', 'ticket_id'], meta={'logs': ['opened_day', 'closed_day']}) }}

{% call affected('ticket_id') %}
    {{ changed('tickets.ticket_id') }}
    union
    {{ changed('interactions.ticket_id') }}
    union
    {{ came_due(ref('int_tickets'), 'ticket_id', ['opened_at', 'first_response_at', 'resolved_at', 'closed_at']) }}
    union
    {{ came_due(ref('int_interactions'), 'ticket_id', ['started_at']) }}
{% endcall %}

with tickets as (
    select * from {{ ref('int_tickets') }} where {{ only_affected('ticket_id') }}
),

contacted as (
    select distinct source_system, ticket_id from {{ ref('int_interactions') }}
    where answered and {{ only_affected('ticket_id') }}
),

final as (
    select
        tickets.ticket_id,
        tickets.source_system,
        tickets.customer_id,
        tickets.channel,
        tickets.priority,
        tickets.topic,
        tickets.status,
        tickets.contacts_to_resolve,
        tickets.reopened,
        tickets.opened_at,
        tickets.first_response_at,
        tickets.resolved_at,
        tickets.closed_at,
        {{ business_day('tickets.opened_at') }} as opened_day,
        {{ business_day('tickets.closed_at') }} as closed_day,
        epoch(tickets.first_response_at) - epoch(tickets.opened_at) as first_response_seconds,
        tickets.first_response_at is null and tickets.closed_at is null as is_awaiting_first_response,
        tickets.status in ('resolved', 'unresolved') and contacted.ticket_id is not null as is_contacted_closed
    from tickets
    left join contacted using (source_system, ticket_id)
)

select
    *,
    is_contacted_closed
    and status = 'resolved'
    and coalesce(contacts_to_resolve = 1, false)
    and not coalesce(reopened, false) as is_first_contact_resolved
from final
