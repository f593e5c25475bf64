-- one row per market and fiscal quarter in which it was analysed
{{ config(unique_key=['market', 'quarter_day'], meta={'logs': ['quarter_day']}) }}

{% call affected('market') %}
    {{ changed('sales_activities.market') }}
    union
    {{ changed('deals.market') }}
    union
    {{ came_due(ref('int_sales_activities'), 'market', ['occurred_at']) }}
    union
    {{ came_due(ref('int_deals'), 'market', ['created_at', 'closed_at']) }}
{% endcall %}

with analysed as (
    select
        activities.market,
        calendar.fiscal_quarter as quarter_day,
        min(activities.occurred_at) as first_analysed_at
    from {{ ref('int_sales_activities') }} as activities
    inner join {{ ref('calendar') }} as calendar on {{ business_day('activities.occurred_at') }} = calendar.day
    where activities.kind = 'market_analysis' and activities.market is not null and {{ only_affected('activities.market') }}
    group by all
),

won as (
    select
        deals.market,
        deals.closed_at,
        calendar.fiscal_quarter as quarter_day
    from {{ ref('int_deals') }} as deals
    left join {{ ref('calendar') }} as calendar on {{ business_day('deals.closed_at') }} = calendar.day
    where deals.stage = 'won' and {{ only_affected('deals.market') }}
),

counted as (
    select
        analysed.market,
        analysed.quarter_day,
        analysed.first_analysed_at,
        not coalesce(bool_or(won.closed_at < analysed.first_analysed_at), false) as is_new,
        count(case when won.quarter_day = analysed.quarter_day then 1 end) as deals_won
    from analysed
    left join won on analysed.market = won.market
    group by all
)

select
    market,
    quarter_day,
    first_analysed_at,
    is_new,
    case when is_new then deals_won else 0 end as new_market_deals_won
from counted
