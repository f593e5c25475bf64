-- one row per web session; where it came from is what its first event says
{{ config(unique_key=['source_system', 'session_id'], meta={'logs': ['session_day']}) }}

{% call affected('session_id') %}
    {{ changed('web_events.session_id') }}
    union
    {{ came_due(ref('int_web_events'), 'session_id', ['occurred_at']) }}
{% endcall %}

with events as (
    select *, row(occurred_at, event_id) as position from {{ ref('int_web_events') }}
    where session_id is not null and {{ only_affected('session_id') }}
),

sessions as (
    select
        session_id,
        source_system,
        arg_min_null(visitor_id, position) as visitor_id,
        max(customer_id) as customer_id,
        arg_min_null(campaign_id, position) as campaign_id,
        arg_min_null(device, position) as device,
        arg_min_null(acquisition_channel, position) as acquisition_channel,
        arg_min_null(country, position) as country,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        count(*) filter (kind = 'page_view') as page_views,
        count(*) filter (kind = 'product_view') as product_views,
        bool_or(kind = 'product_view') as has_product_view,
        bool_or(kind = 'add_to_cart') as has_add_to_cart,
        bool_or(kind = 'purchase') as has_purchase
    from events
    group by session_id, source_system
)

select
    *,
    {{ business_day('started_at') }} as session_day,
    -- exact: sums of it must not depend on their order
    ((epoch_us(ended_at) - epoch_us(started_at)) * 0.000001)::decimal(18, 6) as session_seconds,
    has_add_to_cart and not has_purchase as is_abandoned
from sessions
