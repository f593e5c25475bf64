"""How fresh each source is, and what of its rows was set apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dashboards.mart import THIS_RUN, Mart, Row, names
from dashboards.speaker import Speaker
from metrics.wording import numbers

SOURCES = f"""
    select * from kpi_sources
    where run_id = {THIS_RUN}
    order by system, table_name
"""
QUARANTINE = f"""
    select * from kpi_quarantine
    where run_id = {THIS_RUN}
    order by rows desc, system, table_name, rule
"""


@dataclass(frozen=True)
class Source:
    """A source table; ``limit`` is what the strictest figure that reads it asks of its age.

    ``verdict`` is late (figures lost their certificate by it), old (older than the limit, which costs nobody one),
    fresh or timeless (its rows carry no time).
    """

    name: str
    newest: str
    age: str
    limit: str
    pulled: str
    landed: str
    apart: str
    verdict: str
    verdict_words: str


@dataclass(frozen=True)
class Apart:
    """Rows of a source that a rule set apart; the rule and an example are for engineers."""

    rule: str
    source: str
    rows: str
    example: str


def sources(mart: Mart, say: Speaker) -> list[Source]:
    """Return the source tables of the run that published, those that are late first."""
    readers: dict[str, list[Row]] = {}
    for kpi in mart.catalogue.values():
        for name in names(kpi["sources"]):
            readers.setdefault(name, []).append(kpi)
    found = [_source(mart, say, row, readers.get(_name(row), [])) for row in mart.rows(SOURCES)]
    return sorted(found, key=lambda source: source.verdict != "late")


def apart(mart: Mart, say: Speaker) -> list[Apart]:
    """Return what is set apart by rule, the most rows first."""
    return [
        Apart(row["rule"], _name(row), say.count(row["rows"]), row["example"] or "") for row in mart.rows(QUARANTINE)
    ]


def _source(mart: Mart, say: Speaker, row: Row, readers: list[Row]) -> Source:
    age = _age(mart, row)
    limits = [kpi["freshness_hours"] for kpi in readers if kpi["freshness_hours"] and kpi["lifecycle"] == "active"]
    late = _late(mart, age, readers)
    verdict = _verdict(age, min(limits, default=None), bool(late))
    words = say.words("trust")
    return Source(
        name=_name(row),
        newest=say.moment(row["newest_event_at"]),
        age=numbers.NOTHING if age is None else numbers.duration(age.total_seconds()),
        limit=numbers.duration(min(limits) * 3600) if limits else numbers.NOTHING,
        pulled=say.moment(row["pulled_at"]),
        landed=say.count(row["rows_landed"]),
        apart=say.count(row["rows_quarantined"]),
        verdict=verdict,
        verdict_words=say.counted("trust", "late", len(late)) if late else words[verdict],
    )


def _name(row: Row) -> str:
    return f"{row['system']}.{row['table_name']}"


def _age(mart: Mart, row: Row) -> timedelta | None:
    """How old the newest event was at the run's as-of."""
    if row["newest_event_at"] is None or mart.run["as_of"] is None:
        return None
    return max(mart.run["as_of"] - row["newest_event_at"], timedelta())


def _late(mart: Mart, age: timedelta | None, readers: list[Row]) -> list[Row]:
    """Figures that are not up to date, and that the source is too old for."""
    stale = [kpi for kpi in readers if mart.certificates.get(kpi["kpi"], {}).get("up_to_date") is False]
    return [kpi for kpi in stale if age and age > timedelta(hours=kpi["freshness_hours"] or 0)]


def _verdict(age: timedelta | None, limit: int | None, is_late: bool) -> str:
    if age is None:
        return "timeless"
    if is_late:
        return "late"
    return "old" if limit and age > timedelta(hours=limit) else "fresh"
