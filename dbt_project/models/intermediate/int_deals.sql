-- one row per deal created by the run's now; one closed later is still open
with deals as ({{ union_of('deals') }})

select
    * replace (
        {{ known('closed_at') }} as closed_at,
        case when closed_at > {{ as_of() }} then 'open' else stage end as stage
    )
from deals
where coalesce(created_at <= {{ as_of() }}, true)
