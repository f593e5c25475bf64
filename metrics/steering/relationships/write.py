"""Writes kpi_relationships: which leading KPI moves before which lagging one, and what was declared of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from metrics.calendar import Grain
from metrics.steering.relationships import sentences
from metrics.steering.relationships.judgement import Kpi, Relationship, judge
from metrics.steering.rows import insert
from metrics.steering.signals.series import Series

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_KPIS = """
select kpi, label_en, label_es, timing, direction, review_grain, string_split(nullif(drives, ''), ', ')
from mart.kpi_catalog where kind = 'kpi' and lifecycle = 'active' order by kpi
"""


def write_relationships(con: DuckDBPyConnection, charted: Iterable[Series]) -> None:
    """Weigh by their series which KPIs move before others, and write what was declared or found."""
    rows = con.execute(_KPIS).fetchall()
    kpis = {kpi: Kpi(kpi, *rest, drives=tuple(drives or ())) for kpi, *rest, drives in rows}
    values: dict[tuple[str, Grain], dict[date, float]] = {
        (series.kpi.name, series.grain): series.values for series in charted if series.grain != "day"
    }
    insert(con, "mart.kpi_relationships", [_row(relationship) for relationship in judge(kpis, values)])


def _row(found: Relationship) -> dict[str, Any]:
    said, evidence = sentences.relationship(found), found.evidence
    return {
        "leading_kpi": found.leading.name,
        "lagging_kpi": found.lagging.name,
        "grain": found.grain,
        "lag": evidence and evidence.lag,
        "correlation": evidence and evidence.correlation,
        "n": evidence.n if evidence else found.changes,
        "p_value": evidence and evidence.p_value,
        "is_declared": found.is_declared,
        "verdict": found.verdict,
        "words_en": said.en,
        "words_es": said.es,
    }
