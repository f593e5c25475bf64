-- one row per customer of a system, as known now
with customers as ({{ union_of('customers') }})

select * from customers
