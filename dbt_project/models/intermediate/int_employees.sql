-- one row per employee hired by the run's now
with employees as ({{ union_of('employees') }})

select * replace ({{ known('left_at') }} as left_at)
from employees
where hired_at <= {{ as_of() }}
