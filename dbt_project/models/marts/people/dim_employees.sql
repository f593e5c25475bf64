-- one row per employee, as known now; of several systems' rows the newest
{{ config(materialized='table') }}

select
    employee_id,
    source_system,
    department
from {{ ref('int_employees') }}
qualify row_number() over (partition by employee_id order by updated_at desc nulls last, source_system) = 1
