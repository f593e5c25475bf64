-- one row per deal
{{ config(unique_key=['source_system', 'deal_id'], meta={'logs': ['closed_day', 'created_day']}) }}

{% call affected('deal_id') %}
    with leads as ({{ changed('leads.lead_id') }} union {{ came_due(ref('int_leads'), 'lead_id', ['created_at']) }})
    {{ changed('deals.deal_id') }}
    union
    select deal_id from {{ ref('int_deals') }} where lead_id in (select key from leads)
    union
    {{ came_due(ref('int_deals'), 'deal_id', ['created_at', 'closed_at']) }}
{% endcall %}

with deals as (
    select * from {{ ref('int_deals') }} where {{ only_affected('deal_id') }}
),

leads as (
    select lead_id, min(created_at) as created_at from {{ ref('int_leads') }} group by lead_id
)

select
    deals.deal_id,
    deals.source_system,
    deals.lead_id,
    deals.customer_id,
    deals.owner,
    deals.product,
    deals.market,
    deals.stage,
    deals.created_at,
    deals.closed_at,
    {{ business_day('deals.created_at') }} as created_day,
    {{ business_day('deals.closed_at') }} as closed_day,
    deals.amount,
    deals.stage = 'won' as is_won,
    deals.stage = 'lost' as is_lost,
    case when deals.stage = 'won' then deals.amount end as won_amount,
    case
        when deals.stage = 'won'
            then {{ business_day('deals.closed_at') }} - {{ business_day('coalesce(leads.created_at, deals.created_at)') }}
    end as cycle_days
from deals
left join leads using (lead_id)
