-- one row per contact with a customer
{{ config(unique_key=['source_system', 'interaction_id'], meta={'logs': ['started_day']}) }}

{% call affected('interaction_id') %}
    {{ changed('interactions.interaction_id') }}
    union
    {{ came_due(ref('int_interactions'), 'interaction_id', ['started_at']) }}
{% endcall %}

select
    interaction_id,
    source_system,
    ticket_id,
    agent,
    channel,
    started_at,
    {{ business_day('started_at') }} as started_day,
    agent || ' ' || {{ business_day('started_at') }} as agent_day,
    answered,
    handle_seconds,
    wait_seconds,
    case when answered then coalesce(handle_seconds, 0) end as answered_handle_seconds
from {{ ref('int_interactions') }}
where {{ only_affected('interaction_id') }}
