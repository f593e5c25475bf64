-- one row per product, as of the newest snapshot
{{ config(unique_key='product_id') }}

with source as (select * from {{ raw('shop', 'products') }})

select
    product_id,
    name,
    category,
    supplier,
    {{ money('unit_cost') }} as unit_cost,
    {{ landed() }}
from source
