-- one row per lead, newest version
{{ config(unique_key='lead_id') }}

with source as (select * from {{ raw('crm', 'leads') }})

select
    lead_id,
    {{ to_utc('created_at', 'crm', 'leads') }} as created_at,
    campaign_id,
    {{ acquisition_channel('source') }} as acquisition_channel,
    customer_id,
    {{ to_utc('converted_at', 'crm', 'leads') }} as converted_at,
    {{ landed() }}
from source
