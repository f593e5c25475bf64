-- one row per campaign and day
{{ config(unique_key=['day', 'campaign_id']) }}

with source as (select * from {{ raw('ads', 'spend') }})

select
    day,
    campaign_id,
    {{ acquisition_channel('platform') }} as acquisition_channel,
    impressions,
    clicks,
    {{ money('cost', 'fx_rate') }} as cost_amount,
    {{ landed() }}
from source
