-- one row per customer and complete month in which the customer ordered or had ordered in the 90 days before it
{{ config(unique_key=['customer_id', 'month_end_day'], meta={'logs': ['month_end_day']}) }}

-- months that are over and whose 90 days before lie within the data
{% set months -%}
    select calendar.month as month_day, max(calendar.day) as month_end_day
    from {{ ref('calendar') }} as calendar
    where calendar.month >= (select min(ordered_day) + 90 from {{ ref('fct_orders') }})
    group by calendar.month
    having max(calendar.day) < {{ business_day(as_of()) }}
{%- endset %}

-- all months of a customer whose orders changed, and all customers of a month that is now complete or no longer counts
{% call affected(['customer_id', 'month_end_day'], ['varchar', 'date']) %}
    with months as ({{ months }}),
    new_months as (select * from months where month_end_day not in (select month_end_day from {{ this }})),
    touched as (
        {{ changed('orders.customer_id') }}
        union
        {{ came_due(ref('int_orders'), 'customer_id', ['ordered_at', 'cancelled_at']) }}
    )
    select touched.key, months.month_end_day from touched cross join months
    union
    select orders.customer_id, new_months.month_end_day
    from {{ ref('fct_orders') }} as orders
    inner join new_months on orders.ordered_day between new_months.month_day - 90 and new_months.month_end_day
    union
    select customer_id, month_end_day from {{ this }}
    where month_end_day not in (select month_end_day from months)
{% endcall %}

with months as ({{ months }}),

ordered as (
    select
        orders.customer_id,
        months.month_end_day,
        bool_or(orders.ordered_day < months.month_day) as is_base,
        bool_or(orders.ordered_day > months.month_end_day - 90) as is_kept,
        sum(case when orders.ordered_day >= months.month_day then orders.margin_amount end)::decimal(30, 12) as margin_amount
    from {{ ref('fct_orders') }} as orders
    inner join months on orders.ordered_day between months.month_day - 90 and months.month_end_day
    where
        orders.customer_id is not null
        and {{ only_affected('orders.customer_id') }}
        {% if is_incremental() %}
            and (orders.customer_id, months.month_end_day) in (select customer_id, month_end_day from {{ affected_relation() }})
        {% endif %}
    group by orders.customer_id, months.month_end_day
)

select
    customer_id,
    month_end_day,
    is_base,
    is_base and not is_kept as is_churned,
    margin_amount
from ordered
