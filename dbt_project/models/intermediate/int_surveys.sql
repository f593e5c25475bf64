-- one row per survey sent by the run's now; one answered later is not answered yet
with surveys as ({{ union_of('surveys') }})

select
    * replace (
        {{ known('answered_at') }} as answered_at,
        case when answered_at <= {{ as_of() }} then score end as score
    )
from surveys
where coalesce(sent_at, answered_at) <= {{ as_of() }}
