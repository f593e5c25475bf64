-- one row per call: a call that nobody answered stays open, any other is closed at the call
{{ config(unique_key='ticket_id') }}

with source as (
    select
        *,
        "Answered (Y/N)" = 'Y' as is_answered,
        is_answered and "Resolved" = 'Y' as is_resolved,
        {{ to_utc('("Date" + "Time"::time)', 'call_center', 'tickets') }} as called_at
    from {{ raw('call_center', 'tickets') }}
)

select
    "Call Id" as ticket_id,
    null::varchar as customer_id,
    called_at as opened_at,
    case when is_answered then called_at + to_seconds("Speed of answer in seconds") end as first_response_at,
    case when is_resolved then called_at end as resolved_at,
    case when is_answered then called_at end as closed_at,
    case when is_resolved then 'resolved' when is_answered then 'unresolved' else 'open' end as status,
    'voice' as channel,
    null::varchar as priority,
    "Topic" as topic,
    case when is_resolved then 1 end as contacts_to_resolve,
    false as reopened,
    {{ landed() }}
from source
