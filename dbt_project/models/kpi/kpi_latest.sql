-- one row per active KPI and tracked metric: its latest complete period at the review grain, and whether to trust it
with certificates as (
    select certifications.*
    from {{ mart_table('kpi_certifications') }} as certifications
    inner join {{ mart_table('kpi_runs') }} as runs using (run_id)
    qualify row_number() over (partition by certifications.kpi order by runs.started_at desc) = 1
),

latest as (
    select kpi_values.*
    from {{ ref('kpi_values') }} as kpi_values
    inner join {{ ref('kpi_catalog') }} as kpi_catalog
        on kpi_values.kpi = kpi_catalog.kpi and kpi_values.grain = kpi_catalog.review_grain
    where kpi_values.slice = '' and kpi_values.is_complete and kpi_values.value is not null
    qualify row_number() over (partition by kpi_values.kpi order by kpi_values.period_start desc) = 1
)

select
    kpi_catalog.kpi,
    kpi_catalog.label_en,
    kpi_catalog.label_es,
    kpi_catalog.kind,
    kpi_catalog.department,
    kpi_catalog.company_level,
    kpi_catalog.tier,
    kpi_catalog.unit,
    kpi_catalog.currency,
    kpi_catalog.direction,
    kpi_catalog.owner_team,
    kpi_catalog.owner_email,
    kpi_catalog.review_grain as grain,
    latest.period_start,
    latest.period_end,
    latest.value,
    latest.sample_size,
    latest.target,
    latest.target_low,
    latest.target_high,
    latest.attainment,
    case when latest.kpi is null and kpi_catalog.kind = 'kpi' then 'no_data' else latest.status end as status,
    latest.status_reason,
    latest.previous_value,
    latest.year_ago_value,
    certificates.certified,
    certificates.reasons_en,
    certificates.reasons_es,
    scorecard.last_certified_value,
    scorecard.last_certified_period_start,
    certificates.run_id
from {{ ref('kpi_catalog') }} as kpi_catalog
left join latest on kpi_catalog.kpi = latest.kpi
left join certificates on kpi_catalog.kpi = certificates.kpi
left join {{ ref('kpi_scorecard') }} as scorecard on kpi_catalog.kpi = scorecard.kpi
where kpi_catalog.lifecycle = 'active'
