-- one row per invoice line; only those that sell something count as order lines
{{ config(unique_key='order_line_id', meta={'group': 'order_id'}) }}

with source as (
    select
        *,
        -- the same article scanned twice gives two equal rows: only their count tells them apart
        row_number() over (
            partition by "Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price"
        ) as repeat,
        -- C is a cancellation, A a ledger adjustment, price 0 a sample or a write-off
        "Invoice" not like 'C%' and "Invoice" not like 'A%'
            and "Quantity" > 0 and "Price" > 0 as is_sale
    from {{ raw('retail', 'invoice_lines') }}
)

select
    md5(concat_ws(
        '|', "Invoice", "StockCode", coalesce("Description", ''), "Quantity", "InvoiceDate", "Price", repeat
    )) as order_line_id,
    "Invoice" as order_id,
    "StockCode" as product_id,
    "Quantity" as quantity,
    {{ money('"Price"') }} as unit_price,
    null::decimal(30, 12) as unit_cost,
    _batch,
    _version,
    not is_sale as _deleted
from source
