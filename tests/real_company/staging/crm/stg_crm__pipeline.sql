-- one row per deal, as of the newest export; its market is the regional office of its agent
{{ config(unique_key='deal_id') }}

with source as (select * from {{ raw('crm', 'pipeline') }}),

teams as (select sales_agent, regional_office from {{ ref('stg_crm__sales_teams') }} where not _deleted),

deals as (
    select
        opportunity_id as deal_id,
        null::varchar as lead_id,
        account as customer_id,
        sales_agent as owner,
        case product when 'GTXPro' then 'GTX Pro' else product end as product,
        regional_office as market,
        case deal_stage when 'Won' then 'won' when 'Lost' then 'lost' else 'open' end as stage,
        {{ to_utc('engage_date::timestamp', 'crm', 'pipeline') }} as created_at,
        {{ to_utc('close_date::timestamp', 'crm', 'pipeline') }} as closed_at,
        {{ money('close_value') }} as amount,
        {{ landed() }}
    from source left join teams using (sales_agent)
)

select * from deals
{%- if is_incremental() %}
union all
-- a deal of an agent who changed office moves with them
select stored.* replace (teams.regional_office as market)
from {{ this }} as stored left join teams on teams.sales_agent = stored.owner
where stored.market is distinct from teams.regional_office
    and stored.deal_id not in (select deal_id from deals)
    -- an export landed just now says itself which deals are left
    and not exists (select 1 from deals)
{%- endif %}
