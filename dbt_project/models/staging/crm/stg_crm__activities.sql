-- one row per sales activity
{{ config(unique_key='activity_id') }}

with source as (select * from {{ raw('crm', 'activities') }})

select
    activity_id,
    deal_id,
    owner,
    kind,
    market,
    {{ to_utc('occurred_at', 'crm', 'activities') }} as occurred_at,
    {{ landed() }}
from source
