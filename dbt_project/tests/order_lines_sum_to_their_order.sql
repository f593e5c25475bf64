-- the lines of an order that has any sum to its net amount exactly
{{
    config(meta={
        'dagster': {'ref': {'name': 'int_order_lines'}},
        'reason': {
            'en': 'order lines do not add up to their orders', 'es': 'las líneas no suman el importe de sus pedidos'
        }
    })
}}
select orders.source_system, orders.order_id, orders.net_amount, sum(lines.net_amount) as lines_net_amount
from {{ ref('int_orders') }} as orders
inner join {{ ref('int_order_lines') }} as lines using (source_system, order_id)
group by all
having sum(lines.net_amount) != orders.net_amount
