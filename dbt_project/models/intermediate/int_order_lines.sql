-- one row per line of an order placed by the run's now
with lines as ({{ union_of('order_lines', derived=['net_amount']) }}),

valued as (
    select
        lines.*,
        orders.net_amount as order_net_amount,
        sum(quantity * unit_price) over order_so_far as value_so_far,
        sum(quantity * unit_price) over whole_order as order_value,
        row_number() over order_so_far = count(*) over whole_order as is_last
    from lines
    inner join {{ ref('int_orders') }} as orders using (source_system, order_id)
    window
        whole_order as (partition by source_system, order_id),
        order_so_far as (partition by source_system, order_id order by order_line_id rows unbounded preceding)
),

-- the order's net amount up to and including each line: differences of it sum to the order exactly
allocated as (
    select
        *,
        case
            when is_last then order_net_amount
            else coalesce(order_net_amount::double * value_so_far::double / nullif(order_value::double, 0), 0)::decimal(30, 12)
        end as net_so_far
    from valued
)

select
    * exclude (order_net_amount, value_so_far, order_value, is_last, net_so_far),
    (net_so_far - lag(net_so_far, 1, 0::decimal(30, 12)) over order_so_far)::decimal(30, 12) as net_amount
from allocated
window order_so_far as (partition by source_system, order_id order by order_line_id)
