-- one row per line of a completed order, with what came back of it within 30 days
{{ config(unique_key=['source_system', 'order_line_id'], meta={'logs': ['ordered_day']}) }}

{% set cohort_systems -%}
    (select source_system from {{ ref('int_refunds') }} where order_id is not null)
{%- endset %}

-- orders count while a refund of their system names its order: the first one to come and the last one to go touch all
{% call affected('order_id') %}
    {{ changed('orders.order_id') }}
    union
    {{ changed('order_lines.order_id') }}
    union
    {{ changed('refunds.order_id') }}
    union
    {{ came_due(ref('int_orders'), 'order_id', ['ordered_at', 'cancelled_at']) }}
    union
    {{ came_due(ref('int_refunds'), 'order_id', ['refunded_at']) }}
    union
    select order_id from {{ this }} where units_in_cohort is null and source_system in {{ cohort_systems }}
    union
    select order_id from {{ this }} where units_in_cohort is not null and source_system not in {{ cohort_systems }}
{% endcall %}

with orders as (
    select * from {{ ref('int_orders') }}
    where status = 'completed' and {{ only_affected('order_id') }}
),

lines as (
    select
        lines.*,
        orders.channel,
        orders.country,
        orders.ordered_at,
        lines.source_system in {{ cohort_systems }} as refunds_name_orders,
        coalesce(sum(lines.quantity) over (
            partition by lines.source_system, lines.order_id, lines.product_id
            order by lines.order_line_id rows between unbounded preceding and 1 preceding
        ), 0) as units_before,
        row_number() over (partition by lines.source_system, lines.order_id order by lines.order_line_id) = 1 as is_first_line
    from {{ ref('int_order_lines') }} as lines
    inner join orders using (source_system, order_id)
),

returned as (
    select refunds.source_system, refunds.order_id, refunds.product_id, sum(refunds.quantity) as units
    from {{ ref('int_refunds') }} as refunds
    inner join orders using (source_system, order_id)
    where refunds.refunded_at <= orders.ordered_at + interval 30 day
    group by all
)

select
    lines.order_line_id,
    lines.order_id,
    lines.source_system,
    lines.product_id,
    lines.channel,
    lines.country,
    lines.ordered_at,
    {{ business_day('lines.ordered_at') }} as ordered_day,
    lines.is_first_line,
    lines.quantity as units,
    case when lines.refunds_name_orders then lines.quantity end as units_in_cohort,
    -- units of a product that stands on several lines come off the first lines first, never more than were sold
    case
        when lines.refunds_name_orders
            then greatest(0, least(lines.quantity, coalesce(returned.units, 0) - lines.units_before))
    end::bigint as units_returned,
    lines.net_amount
from lines
left join returned using (source_system, order_id, product_id)
