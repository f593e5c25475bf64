-- one row per web event; an event that is none of the catalogue's kinds is a view of the page it names
{{ config(unique_key='event_id', meta={'group': 'session_id'}) }}

with source as (
    select *, row_number() over (partition by session_id, "timestamp", event) as repeat
    from {{ raw('clickstream', 'events') }}
)

select
    md5(concat_ws('|', session_id, "timestamp", event, repeat)) as event_id,
    session_id,
    user_id as visitor_id,
    null::varchar as customer_id,
    null::varchar as campaign_id,
    {{ to_utc('"timestamp"', 'clickstream', 'events') }} as occurred_at,
    case when event in ('product_view', 'add_to_cart', 'checkout', 'purchase') then event else 'page_view' end as kind,
    event as page,
    null::varchar as product_id,
    {{ acquisition_channel('acquisition_channel') }} as acquisition_channel,
    platform as device,
    null::varchar as country,
    {{ landed() }}
from source
