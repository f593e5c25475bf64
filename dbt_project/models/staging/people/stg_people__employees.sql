-- one row per employee, as of the newest snapshot
{{ config(unique_key='employee_id') }}

with source as (select * from {{ raw('people', 'employees') }})

select
    employee_id,
    department,
    {{ to_utc('hired_on::timestamp', 'people', 'employees') }} as hired_at,
    {{ to_utc('left_on::timestamp', 'people', 'employees') }} as left_at,
    {{ landed() }}
from source
