-- one row per deal, newest version
{{ config(unique_key='deal_id') }}

with source as (select * from {{ raw('crm', 'deals') }})

select
    deal_id,
    lead_id,
    customer_id,
    owner,
    product,
    market,
    stage,
    {{ to_utc('created_at', 'crm', 'deals') }} as created_at,
    {{ to_utc('closed_at', 'crm', 'deals') }} as closed_at,
    {{ money('amount') }} as amount,
    {{ landed() }}
from source
