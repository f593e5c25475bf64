-- one row per account, as of the newest export
{{ config(unique_key='customer_id') }}

with source as (select * from {{ raw('crm', 'accounts') }})

select
    account as customer_id,
    null::timestamp as created_at,
    {{ pii('account') }} as name,
    null::varchar as email,
    case sector when 'technolgy' then 'technology' else sector end as segment,
    case office_location when 'Philipines' then 'Philippines' else office_location end as country,
    null::varchar as acquisition_channel,
    {{ landed() }}
from source
