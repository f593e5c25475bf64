-- one row per kpi, grain, period, slice and slice value: what the mart publishes of each value
with periods as (
    select distinct grain, period_start, period_end from {{ ref('calendar_periods') }}
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
