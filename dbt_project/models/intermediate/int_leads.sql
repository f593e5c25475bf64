-- one row per lead created by the run's now
with leads as ({{ union_of('leads') }})

select * replace ({{ known('converted_at') }} as converted_at)
from leads
where created_at <= {{ as_of() }}
