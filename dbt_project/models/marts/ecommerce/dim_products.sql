-- one row per product, as known now; of several systems' rows the newest
{{ config(materialized='table') }}

select
    product_id,
    source_system,
    category as product_category,
    supplier,
    unit_cost
from {{ ref('int_products') }}
qualify row_number() over (partition by product_id order by updated_at desc nulls last, source_system) = 1
