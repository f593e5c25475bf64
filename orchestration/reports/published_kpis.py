"""What the published mart says of every KPI now: value, target, course, certificate, and the checks that failed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orchestration.publishing.versions import MART, current_version, read_files
from orchestration.querying.rows import Row, by_kpi, rows
from orchestration.reports.trend import Point
from orchestration.reports.wording import period

SHOWN_PERIODS = 26
# The scorecard's period where there is a scorecard; a tracked metric and a draft have none.
LATEST = """
    with latest as (
        select value.* from kpi_values as value
        inner join kpi_catalog as catalog on value.kpi = catalog.kpi and value.grain = catalog.review_grain
        where value.slice = '' and value.is_complete and value.value is not null
        qualify row_number() over (partition by value.kpi order by value.period_start desc) = 1
    )

    select
        catalog.kpi, catalog.label_en, catalog.unit, catalog.currency, catalog.sources,
        catalog.review_grain as grain,
        coalesce(card.period_start, latest.period_start) as period_start,
        coalesce(card.value, latest.value) as value,
        coalesce(card.target, latest.target) as target,
        coalesce(card.sample_size, latest.sample_size) as sample_size,
        coalesce(card.previous_value, latest.previous_value) as previous_value,
        coalesce(card.year_ago_value, latest.year_ago_value) as year_ago_value,
        coalesce(card.status, latest.status) as status,
        card.last_certified_value, card.last_certified_period_start
    from kpi_catalog as catalog
    left join kpi_scorecard as card using (kpi)
    left join latest using (kpi)
    order by catalog.kpi
"""
COURSE = f"""
    select value.kpi, value.grain, value.period_start, value.value, value.target, value.certified
    from kpi_values as value
    inner join kpi_catalog as catalog on value.kpi = catalog.kpi and value.grain = catalog.review_grain
    where value.slice = '' and value.is_complete
    qualify row_number() over (partition by value.kpi order by value.period_start desc) <= {SHOWN_PERIODS}
    order by value.kpi, value.period_start
"""
CERTIFICATES = "select * from kpi_certifications where run_id = ?"
FAILED = """
    select unnest(kpis) as kpi, "check" || ': ' || coalesce(observed, 'failed') as failed
    from kpi_checks where run_id = ? and not passed
    order by "check"
"""


@dataclass(frozen=True)
class PublishedKpi:
    """A KPI in the published mart: its latest value, its last complete periods, and what was found about it.

    ``certificate`` is None in a mart that judged nothing. ``failed`` are all failed checks that name it, in words.
    """

    latest: Row
    course: tuple[Point, ...]
    certificate: Row | None
    failed: tuple[str, ...]
    run_id: str
    as_of: str


def published_kpis(published: Path) -> dict[str, PublishedKpi]:
    """Read the mart that readers see once, for all KPIs; empty before the first."""
    import duckdb

    version = current_version(published)
    if version is None:
        return {}
    files = read_files(version)
    run = files["run_id"]
    with duckdb.connect(str(version / MART), read_only=True) as con:
        courses, failed = by_kpi(rows(con, COURSE)), by_kpi(rows(con, FAILED, [run]))
        certificates = {row["kpi"]: row for row in rows(con, CERTIFICATES, [run])}
        return {
            row["kpi"]: PublishedKpi(
                latest=row,
                course=tuple(_point(point) for point in courses.get(row["kpi"], ())),
                certificate=certificates.get(row["kpi"]),
                failed=tuple(check["failed"] for check in failed.get(row["kpi"], ())),
                run_id=run,
                as_of=files["as_of"],
            )
            for row in rows(con, LATEST)
        }


def _point(row: Row) -> Point:
    return Point(period(row["period_start"], row["grain"]), row["value"], row["target"], row["certified"])
