-- one row per order line, newest version
{{ config(unique_key='order_line_id') }}

with source as (select * from {{ raw('shop', 'order_lines') }})

select
    line_id as order_line_id,
    order_id,
    product_id,
    quantity,
    {{ money('unit_price') }} as unit_price,
    {{ money('unit_cost') }} as unit_cost,
    {{ landed() }}
from source
