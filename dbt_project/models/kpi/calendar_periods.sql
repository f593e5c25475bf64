-- one row per day and grain: the business period that the day falls in; quarters and years are fiscal
with periods as (
    select day, 'day' as grain, day as period_start from {{ ref('calendar') }}
    union all
    select day, 'week', week from {{ ref('calendar') }}
    union all
    select day, 'month', month from {{ ref('calendar') }}
    union all
    select day, 'quarter', fiscal_quarter from {{ ref('calendar') }}
    union all
    select day, 'year', fiscal_year from {{ ref('calendar') }}
)

select
    day,
    grain,
    period_start,
    case grain
        when 'day' then period_start
        when 'week' then period_start + 6
        when 'month' then (period_start + interval 1 month - interval 1 day)::date
        when 'quarter' then (period_start + interval 3 month - interval 1 day)::date
        else (period_start + interval 1 year - interval 1 day)::date
    end as period_end
from periods
