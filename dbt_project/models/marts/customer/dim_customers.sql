-- one row per customer, as known now; of several systems' rows the newest
{{ config(materialized='table') }}

select
    customer_id,
    source_system,
    segment,
    country,
    acquisition_channel,
    {{ business_day('created_at') }} as created_day
from {{ ref('int_customers') }}
qualify row_number() over (partition by customer_id order by updated_at desc nulls last, source_system) = 1
