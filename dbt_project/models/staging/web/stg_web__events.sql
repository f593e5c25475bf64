-- one row per web event
{{ config(unique_key='event_id') }}

with source as (select * from {{ raw('web', 'events') }})

select
    event_id,
    session_id,
    visitor_id,
    user_id as customer_id,
    campaign_id,
    {{ to_utc('ts', 'web', 'events') }} as occurred_at,
    event as kind,
    {{ page_template('url') }} as page,
    product_id,
    {{ acquisition_channel('source') }} as acquisition_channel,
    device,
    country,
    {{ landed() }}
from source
