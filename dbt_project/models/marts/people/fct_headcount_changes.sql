-- one row per employee and change of the headcount: +1 on the day of hiring, -1 on the day of leaving; who came after the
-- calendar began has a row of 0 on its first day, so that a mean counts the days on which nobody was there yet
{{ config(unique_key=['source_system', 'employee_id', 'kind'], meta={'logs': ['changed_day']}) }}

{% call affected('employee_id') %}
    {{ changed('employees.employee_id') }}
    union
    {{ came_due(ref('int_employees'), 'employee_id', ['hired_at', 'left_at']) }}
{% endcall %}

with employees as (
    select
        *,
        {{ business_day('hired_at') }} as hired_day,
        {{ business_day('left_at') }} as left_day
    from {{ ref('int_employees') }}
    where {{ only_affected('employee_id') }}
),

-- who left on or before the day of hiring was never there
hired as (
    select
        employee_id,
        source_system,
        department,
        'hired' as kind,
        hired_day as changed_day,
        case when left_day <= hired_day then 0 else 1 end as change
    from employees
),

opening as (select min(day) as first_day from {{ ref('calendar') }}),

calendar as (
    select min(day) as first_day from {{ ref('calendar') }}
),

awaited as (
    select
        employee_id,
        source_system,
        department,
        'awaited' as kind,
        opening.first_day as changed_day,
        0 as change
    from employees
    cross join opening
    where hired_day > opening.first_day
),

gone as (
    select
        employee_id,
        source_system,
        department,
        'left' as kind,
        left_day as changed_day,
        case when left_day <= hired_day then 0 else -1 end as change
    from employees
    where left_day is not null
)

select * from hired
union all
select * from awaited
union all
select * from gone
