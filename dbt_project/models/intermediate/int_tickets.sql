-- one row per ticket opened by the run's now; one closed later is still open
with tickets as ({{ union_of('tickets') }})

select
    * replace (
        {{ known('first_response_at') }} as first_response_at,
        {{ known('resolved_at') }} as resolved_at,
        {{ known('closed_at') }} as closed_at,
        case when closed_at > {{ as_of() }} then 'open' else status end as status
    )
from tickets
where opened_at <= {{ as_of() }}
