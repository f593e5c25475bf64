-- one row per active KPI: its latest complete period at the review grain, and the open period so far
with kpis as (
    select * from {{ ref('kpi_catalog') }}
    where kind = 'kpi' and lifecycle = 'active'
),

latest as (
    select kpi_values.* from {{ ref('kpi_values') }} as kpi_values
    inner join kpis on kpi_values.kpi = kpis.kpi and kpi_values.grain = kpis.review_grain
    where kpi_values.slice = '' and kpi_values.is_complete and kpi_values.value is not null
    qualify row_number() over (partition by kpi_values.kpi order by kpi_values.period_start desc) = 1
),

open_period as (
    select
        kpi,
        max(period_start) filter (span = 'open') as period_start,
        max(value) filter (span = 'open') as value,
        max(value) filter (span = 'previous') as previous_value,
        max(value) filter (span = 'year_ago') as year_ago_value
    from {{ ref('kpi_open_values') }}
    group by kpi
)

select
    kpis.kpi,
    kpis.department,
    kpis.company_level,
    kpis.tier,
    kpis.review_grain as grain,
    latest.period_start,
    latest.period_end,
    latest.value,
    latest.numerator,
    latest.denominator,
    latest.sample_size,
    latest.target,
    latest.attainment,
    case when latest.kpi is null then 'no_data' end as status,
    latest.previous_value,
    latest.value - latest.previous_value as change,
    latest.year_ago_value,
    latest.value - latest.year_ago_value as year_ago_change,
    null::varchar as trend,
    null::bigint as streak,
    null::double as pace,
    null::double as forecast,
    null::boolean as certified,
    null::varchar as reasons_en,
    null::varchar as reasons_es,
    null::double as last_certified_value,
    null::date as last_certified_period_start,
    open_period.period_start as open_period_start,
    open_period.value as open_value,
    open_period.previous_value as open_previous_value,
    open_period.year_ago_value as open_year_ago_value,
    {{ run_id() }} as run_id
from kpis
left join latest on kpis.kpi = latest.kpi
left join open_period on kpis.kpi = open_period.kpi
