-- one row per lead
{{ config(unique_key=['source_system', 'lead_id'], meta={'logs': ['created_day']}) }}

{% call affected('lead_id') %}
    {{ changed('leads.lead_id') }}
    union
    {{ came_due(ref('int_leads'), 'lead_id', ['created_at', 'converted_at']) }}
{% endcall %}

select
    lead_id,
    source_system,
    campaign_id,
    acquisition_channel,
    customer_id,
    created_at,
    converted_at,
    {{ business_day('created_at') }} as created_day,
    coalesce(converted_at <= created_at + interval 30 day, false) as is_converted_in_30_days
from {{ ref('int_leads') }}
where {{ only_affected('lead_id') }}
