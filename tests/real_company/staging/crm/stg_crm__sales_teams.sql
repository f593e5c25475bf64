-- one row per sales agent, as of the newest export
{{ config(unique_key='sales_agent') }}

with source as (select * from {{ raw('crm', 'sales_teams') }})

select
    sales_agent,
    manager,
    regional_office,
    {{ landed() }}
from source
