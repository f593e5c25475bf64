-- one row per employee, as known now; of several systems' rows the newest
{{ config(unique_key='employee_id', meta={'logs': ['employee_id']}) }}

-- who is hired later is not known yet: that day comes without a new delivery, so this model logs its own changes
{% call affected('employee_id') %}
    {{ changed('employees.employee_id') }}
    union
    {{ came_due(ref('int_employees'), 'employee_id', ['hired_at']) }}
{% endcall %}

select
    employee_id,
    source_system,
    department
from {{ ref('int_employees') }}
where {{ only_affected('employee_id') }}
qualify row_number() over (partition by employee_id order by updated_at desc nulls last, source_system) = 1
