-- one row per invoice; only those that sell something count as orders
{{ config(unique_key='order_id') }}

with source as (
    select
        *,
        -- C is a cancellation, A a ledger adjustment, price 0 a sample or a write-off
        "Invoice" not like 'C%' and "Invoice" not like 'A%'
            and "Quantity" > 0 and "Price" > 0 as is_sale
    from {{ raw('retail', 'orders') }}
)

select
    "Invoice" as order_id,
    any_value("Customer ID")::varchar as customer_id,
    null::varchar as session_id,
    null::varchar as campaign_id,
    {{ to_utc('min("InvoiceDate")', 'retail', 'orders') }} as ordered_at,
    null::timestamp as cancelled_at,
    'web' as channel,
    null::varchar as acquisition_channel,
    any_value("Country") as country,
    'completed' as status,
    {{ money('coalesce(sum("Quantity" * "Price") filter (where is_sale), 0)') }} as gross_amount,
    0::decimal(30, 12) as discount_amount,
    gross_amount as net_amount,
    null::decimal(30, 12) as cost_amount,
    max(_batch) as _batch,
    max(_version) as _version,
    not bool_or(is_sale) as _deleted
from source
group by "Invoice"
