-- one row per invoice line; only those of cancellations, which do not name the order they cancel, count as refunds
{{ config(unique_key='refund_id', meta={'group': 'invoice'}) }}

with source as (
    select
        *,
        row_number() over (
            partition by "Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price"
        ) as repeat
    from {{ raw('retail', 'refunds') }}
)

select
    md5(concat_ws(
        '|', "Invoice", "StockCode", coalesce("Description", ''), "Quantity", "InvoiceDate", "Price", repeat
    )) as refund_id,
    null::varchar as order_id,
    "StockCode" as product_id,
    {{ to_utc('"InvoiceDate"', 'retail', 'refunds') }} as refunded_at,
    -"Quantity" as quantity,
    {{ money('-"Quantity" * "Price"') }} as amount,
    'cancellation' as reason,
    "Invoice" as invoice,
    _batch,
    _version,
    -- a cancellation that adds units gives nothing back
    "Invoice" not like 'C%' or "Quantity" > 0 as _deleted
from source
