-- one row per refunded product of an order
{{ config(unique_key='refund_id') }}

with source as (select * from {{ raw('shop', 'refunds') }})

select
    refund_id,
    order_id,
    product_id,
    {{ to_utc('refunded', 'shop', 'refunds') }} as refunded_at,
    quantity,
    {{ money('amount', 'fx_rate') }} as amount,
    reason,
    {{ landed() }}
from source
