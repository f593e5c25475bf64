-- one row per kpi, grain, period, slice and slice value: what the mart publishes of each value
with periods as (
    select distinct grain, period_start, period_end from {{ ref('calendar_periods') }}
),

-- slice values of few persons (the least of rows, denominator and what a count comes to); and, as the total less the
-- others would tell the one that is left out, the next smallest until at least two are and together they are not few;
-- a slice value of nobody, as a department that was closed, has nothing to tell and makes nobody be left out
personal as (
    select
        metric_values.kpi,
        metric_values.grain,
        metric_values.period_start,
        metric_values.slice,
        metric_values.slice_value,
        case when catalog.unit = 'count' then metric_values.value end as counted,
        coalesce(least(metric_values.sample_size, metric_values.denominator, counted), 0) as persons,
        persons = 0 and coalesce(metric_values.numerator, 0) = 0 as is_empty,
        catalog.min_persons
    from {{ ref('kpi_metric_values') }} as metric_values
    inner join {{ ref('kpi_catalog') }} as catalog using (kpi)
    where metric_values.slice <> '' and catalog.min_persons is not null
),

ranked as (
    select
        *,
        min(persons) over (partition by kpi, grain, period_start, slice, is_empty) as fewest,
        row_number() over (partition by kpi, grain, period_start, slice, is_empty order by persons, slice_value) as place,
        sum(persons) over (partition by kpi, grain, period_start, slice, is_empty order by persons, slice_value) - persons as persons_before
    from personal
),

suppressed as (
    select * from ranked
    where persons < min_persons or (fewest < min_persons and (place <= 2 or persons_before < min_persons))
),

valued as (
    select
        metric_values.*,
        periods.period_end,
        {{ previous_period_start('metric_values.grain', 'metric_values.period_start') }} as previous_start,
        {{ year_ago_period_start('metric_values.grain', 'metric_values.period_start') }} as year_ago_start,
        timezone('{{ time_zone() }}', timezone('UTC', {{ as_of() }}))
        >= periods.period_end + interval 1 day + to_days(coalesce(catalog.matures_after_days, 0)) as is_complete
    from {{ ref('kpi_metric_values') }} as metric_values
    inner join periods using (grain, period_start)
    inner join {{ ref('kpi_catalog') }} as catalog using (kpi)
    anti join suppressed using (kpi, grain, period_start, slice, slice_value)
)

select
    valued.kpi,
    valued.grain,
    valued.period_start,
    valued.period_end,
    valued.slice,
    valued.slice_value,
    valued.value,
    valued.numerator,
    valued.denominator,
    valued.sample_size,
    valued.is_complete,
    null::double as target,
    null::double as attainment,
    null::varchar as status,
    previous.value as previous_value,
    year_ago.value as year_ago_value,
    null::boolean as certified,
    valued.run_id
from valued
left join valued as previous
    on
        valued.kpi = previous.kpi
        and valued.grain = previous.grain
        and valued.previous_start = previous.period_start
        and valued.slice = previous.slice
        and valued.slice_value = previous.slice_value
left join valued as year_ago
    on
        valued.kpi = year_ago.kpi
        and valued.grain = year_ago.grain
        and valued.year_ago_start = year_ago.period_start
        and valued.slice = year_ago.slice
        and valued.slice_value = year_ago.slice_value
