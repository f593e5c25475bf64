-- one row per sales activity
{{ config(unique_key=['source_system', 'activity_id'], meta={'logs': ['occurred_day']}) }}

{% call affected('activity_id') %}
    {{ changed('sales_activities.activity_id') }}
    union
    {{ came_due(ref('int_sales_activities'), 'activity_id', ['occurred_at']) }}
{% endcall %}

select
    activity_id,
    source_system,
    deal_id,
    owner,
    kind,
    market,
    occurred_at,
    {{ business_day('occurred_at') }} as occurred_day
from {{ ref('int_sales_activities') }}
where {{ only_affected('activity_id') }}
