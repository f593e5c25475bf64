"""Marks the values of a mart as certified or not, and says on the scorecard why."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A gap costs the values of the periods that it touches, whatever the KPI is worth now.
_VALUES = """
with incomplete as (
    select distinct kpi_values.kpi, kpi_values.grain, kpi_values.period_start
    from (select distinct kpi, grain, period_start, period_end from mart.kpi_values) as kpi_values
    inner join gaps
        on
            kpi_values.kpi = gaps.kpi
            and gaps.first_day <= kpi_values.period_end
            and gaps.last_day >= kpi_values.period_start
)

update mart.kpi_values as kpi_values
set certified =
    judged.certified
    and kpi_values.value is not null
    and coalesce(kpi_values.sample_size, 0) >= coalesce(judged.min_sample, 0)
    and not exists (
        from incomplete
        where
            incomplete.kpi = kpi_values.kpi
            and incomplete.grain = kpi_values.grain
            and incomplete.period_start = kpi_values.period_start
    )
from (
    select kpi, certified, min_sample
    from mart.kpi_certifications inner join mart.kpi_catalog using (kpi)
    where run_id = $run_id
) as judged
where kpi_values.kpi = judged.kpi
"""
_SCORECARD = """
update mart.kpi_scorecard as scorecard
set
    certified = judged.certified,
    reasons_en = judged.reasons_en,
    reasons_es = judged.reasons_es,
    last_certified_value = case when judged.certified then scorecard.value else judged.last_value end,
    last_certified_period_start = case when judged.certified then scorecard.period_start else judged.last_start end
from (
    select
        kpi,
        certifications.certified,
        certifications.reasons_en,
        certifications.reasons_es,
        before.last_certified_value as last_value,
        before.last_certified_period_start as last_start
    from mart.kpi_certifications as certifications
    left join {before} as before using (kpi)
    where certifications.run_id = $run_id
) as judged
where scorecard.kpi = judged.kpi
"""
_NOTHING = (
    "(select null::varchar as kpi, null::double as last_certified_value, null::date as last_certified_period_start)"
)


def mark_values(con: DuckDBPyConnection, run_id: str) -> None:
    """Certify the values of certified KPIs, but those without enough rows and those of periods with a gap."""
    con.execute(_VALUES, {"run_id": run_id})


def mark_scorecard(con: DuckDBPyConnection, run_id: str, has_previous: bool) -> None:
    """Say on the scorecard whether and why; what was certified last is carried over from ``previous``."""
    before = "previous.kpi_scorecard" if has_previous else _NOTHING
    con.execute(_SCORECARD.format(before=before), {"run_id": run_id})
