-- one row per campaign and day
{{ config(unique_key=['source_system', 'day', 'campaign_id'], meta={'logs': ['day']}) }}

{% call affected('day', 'date') %}
    {{ changed('ad_spend.day') }}
    union
    {{ came_due(ref('int_ad_spend'), 'day::varchar', [day_start('day')]) }}
{% endcall %}

select
    day,
    source_system,
    campaign_id,
    acquisition_channel,
    {{ is_paid('acquisition_channel') }} as is_paid_channel,
    impressions,
    clicks,
    cost_amount
from {{ ref('int_ad_spend') }}
where {{ only_affected('day') }}
