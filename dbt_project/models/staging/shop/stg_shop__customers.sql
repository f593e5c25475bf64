-- one row per customer, as of the newest snapshot
{{ config(unique_key='customer_id') }}

with source as (select * from {{ raw('shop', 'customers') }})

select
    customer_id,
    {{ to_utc('created', 'shop', 'customers') }} as created_at,
    {{ pii('name') }} as name,
    {{ pii('email') }} as email,
    segment,
    country,
    {{ acquisition_channel('source') }} as acquisition_channel,
    {{ landed() }}
from source
