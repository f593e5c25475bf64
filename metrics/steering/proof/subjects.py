"""What is known of every KPI and tracked metric when a run judges it, read from the mart that it builds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from metrics.calendar import Grain
from metrics.steering.rows import Row, rows
from metrics.wording.text import Words

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Without a total, the slice with the most rows speaks for a KPI.
_REVIEWED = """
create or replace temp table reviewed as
select
    catalog.kpi,
    kpi_values.period_start,
    kpi_values.period_end,
    kpi_values.slice,
    kpi_values.is_complete,
    any_value(kpi_values.value) as value,
    any_value(kpi_values.denominator) as denominator,
    sum(kpi_values.sample_size)::bigint as sample_size
from mart.kpi_values as kpi_values
inner join mart.kpi_catalog as catalog on kpi_values.kpi = catalog.kpi and kpi_values.grain = catalog.review_grain
where kpi_values.value is not null and (kpi_values.slice = '' or not catalog.has_total)
group by catalog.kpi, kpi_values.period_start, kpi_values.period_end, kpi_values.slice, kpi_values.is_complete
"""
_SUBJECTS = """
with judged as (
    from reviewed where is_complete
    qualify row_number() over (partition by kpi order by period_start desc, sample_size desc nulls last, slice) = 1
),

unfed as (
    select kpi, list(entity order by entity) as entities
    from (select kpi, unnest(string_split(entities, ', ')) as entity from mart.kpi_catalog)
    where entity <> '' and entity not in (select entity from warehouse.control.sources where entity is not null)
    group by kpi
)

select
    catalog.kpi,
    catalog.version,
    catalog.definition_hash,
    catalog.review_grain,
    catalog.freshness,
    catalog.freshness_hours,
    catalog.min_sample,
    catalog.needs_en,
    catalog.needs_es,
    coalesce(unfed.entities, []) as unfed,
    catalog.kpi in (select kpi from reviewed) as has_values,
    judged.period_start,
    judged.period_end,
    judged.sample_size,
    judged.denominator,
    whole.label_en as whole_en,
    whole.label_es as whole_es,
    whole_value.value as whole_value,
    catalog.coverage_at_least
from mart.kpi_catalog as catalog
left join unfed on catalog.kpi = unfed.kpi
left join judged on catalog.kpi = judged.kpi
left join mart.kpi_catalog as whole on catalog.coverage_of = whole.kpi
left join mart.kpi_values as whole_value
    on
        catalog.coverage_of = whole_value.kpi
        and catalog.review_grain = whole_value.grain
        and judged.period_start = whole_value.period_start
        and whole_value.slice = ''
order by catalog.kpi
"""


@dataclass(frozen=True)
class Window:
    """The period that a KPI is judged by: the latest complete one of its review that has a value.

    ``sample_size`` and ``denominator`` are those of its value.
    """

    grain: Grain
    start: date
    end: date
    sample_size: int | None
    denominator: float | None


@dataclass(frozen=True)
class Coverage:
    """What a KPI's denominator must cover: at least a share of the value of the KPI with this ``label``."""

    label: Words
    value: float | None
    at_least: float


@dataclass(frozen=True)
class Subject:
    """A KPI or tracked metric; ``unfed`` are the entities that it needs and no system feeds.

    ``has_values`` is True if a period has a value, even an open one; ``window`` is None while no complete one has.
    """

    kpi: str
    version: int
    definition_hash: str
    review_grain: Grain
    freshness: str
    freshness_hours: int
    min_sample: int | None
    needs: Words
    unfed: tuple[str, ...]
    has_values: bool
    window: Window | None
    coverage: Coverage | None


def read_subjects(con: DuckDBPyConnection) -> list[Subject]:
    """Read every KPI and tracked metric of the mart, by name."""
    con.execute(_REVIEWED)
    return [_subject(row) for row in rows(con, _SUBJECTS)]


def _subject(row: Row) -> Subject:
    window = Window(row["review_grain"], row["period_start"], row["period_end"], row["sample_size"], row["denominator"])
    coverage = Coverage(Words(row["whole_en"], row["whole_es"]), row["whole_value"], row["coverage_at_least"] or 0)
    return Subject(
        kpi=row["kpi"],
        version=row["version"],
        definition_hash=row["definition_hash"],
        review_grain=row["review_grain"],
        freshness=row["freshness"],
        freshness_hours=row["freshness_hours"],
        min_sample=row["min_sample"],
        needs=Words(row["needs_en"], row["needs_es"]),
        unfed=tuple(row["unfed"]),
        has_values=row["has_values"],
        window=window if row["period_start"] else None,
        coverage=coverage if row["coverage_at_least"] else None,
    )
