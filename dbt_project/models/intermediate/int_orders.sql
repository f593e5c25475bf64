-- one row per order placed by the run's now; one cancelled later is still completed
with orders as ({{ union_of('orders') }})

select
    * replace (
        {{ known('cancelled_at') }} as cancelled_at,
        case when cancelled_at > {{ as_of() }} then 'completed' else status end as status
    )
from orders
where ordered_at <= {{ as_of() }}
