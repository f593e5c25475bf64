-- one row per completed order
{{ config(unique_key=['source_system', 'order_id'], meta={'logs': ['ordered_day']}) }}

-- an order that changed also moves the rank of its customer's other orders
{% call affected('order_id') %}
    with orders as ({{ changed('orders.order_id') }} union {{ came_due(ref('int_orders'), 'order_id', ['ordered_at', 'cancelled_at']) }}),
    customers as (
        {{ changed('orders.customer_id') }}
        union
        select customer_id from {{ ref('int_orders') }} where order_id in (select key from orders)
    )
    select key from orders
    union
    select order_id from {{ ref('int_orders') }} where customer_id in (select key from customers)
{% endcall %}

-- a rank needs all orders of its customer, also of one who is here only because two systems use the same order id
with completed as (
    select * from {{ ref('int_orders') }}
    where
        status = 'completed'
        and (
            {{ only_affected('order_id') }}
            or customer_id in (select customer_id from {{ ref('int_orders') }} where {{ only_affected('order_id') }})
        )
),

ranked as (
    select
        *,
        case
            when customer_id is not null
                then row_number() over (partition by customer_id order by ordered_at, order_id, source_system)
        end as order_rank
    from completed
)

select
    order_id,
    source_system,
    customer_id,
    session_id,
    campaign_id,
    channel,
    acquisition_channel,
    {{ is_paid('acquisition_channel') }} as is_paid_channel,
    country,
    ordered_at,
    {{ business_day('ordered_at') }} as ordered_day,
    order_rank,
    coalesce(order_rank = 1, false) as is_first,
    coalesce(order_rank > 1, false) as is_repeat,
    case when order_rank > 1 and not {{ is_paid('acquisition_channel') }} then customer_id end as organic_repeat_customer_id,
    net_amount,
    cost_amount,
    case when cost_amount is not null then net_amount end as net_amount_with_cost,
    net_amount - cost_amount as margin_amount,
    case when customer_id is not null then net_amount end as net_amount_with_customer,
    case when order_rank > 1 then net_amount else 0 end::decimal(30, 12) as repeat_net_amount
from ranked
where {{ only_affected('order_id') }}
