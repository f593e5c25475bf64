-- one row per product of a system
with products as ({{ union_of('products') }})

select * from products
