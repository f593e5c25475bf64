-- one row per order, newest version
{{ config(unique_key='order_id') }}

with source as (select * from {{ raw('shop', 'orders') }})

select
    order_id,
    customer_id,
    session_id,
    campaign as campaign_id,
    {{ to_utc('created', 'shop', 'orders') }} as ordered_at,
    {{ to_utc('cancelled', 'shop', 'orders') }} as cancelled_at,
    channel,
    {{ acquisition_channel('source') }} as acquisition_channel,
    country,
    status,
    {{ money('gross', 'fx_rate') }} as gross_amount,
    {{ money('discount', 'fx_rate') }} as discount_amount,
    {{ money('net', 'fx_rate') }} as net_amount,
    {{ money('cost', 'fx_rate') }} as cost_amount,
    {{ landed() }}
from source
