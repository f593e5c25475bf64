-- one row per product, as of the newest export
{{ config(unique_key='product_id') }}

with source as (select * from {{ raw('crm', 'products') }})

select
    product as product_id,
    product as name,
    series as category,
    null::varchar as supplier,
    -- sales_price is what it sells for, not what it costs
    null::decimal(30, 12) as unit_cost,
    {{ landed() }}
from source
