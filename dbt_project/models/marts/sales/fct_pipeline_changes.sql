-- one row per deal and change of the open pipeline: its amount comes in when it opens and goes out when it closes
{{ config(unique_key=['source_system', 'deal_id', 'kind'], meta={'logs': ['changed_day']}) }}

{% call affected('deal_id') %}
    {{ changed('deals.deal_id') }}
    union
    {{ came_due(ref('int_deals'), 'deal_id', ['created_at', 'closed_at']) }}
{% endcall %}

with deals as (
    select
        *,
        {{ business_day('created_at') }} as created_day,
        case when stage != 'open' then {{ business_day('closed_at') }} end as closed_day
    from {{ ref('int_deals') }}
    where {{ only_affected('deal_id') }}
),

-- a deal that never ended a day open, or of which nobody knows when it was, is not part of the pipeline
opened as (
    select
        deal_id,
        source_system,
        owner,
        product,
        market,
        'opened' as kind,
        created_day as changed_day,
        amount
    from deals
    where created_day is not null and (stage = 'open' or closed_day > created_day)
),

closed as (
    select
        deal_id,
        source_system,
        owner,
        product,
        market,
        'closed' as kind,
        closed_day as changed_day,
        -amount as amount
    from deals
    where closed_day > created_day
)

select * from opened
union all
select * from closed
