"""What a KPI means and who answers for it: its definition, what it owes, and which others it moves with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboards.aims import OBJECTIVES
from dashboards.kpi_page.links import Link, links
from dashboards.mart import Mart, Row, names
from dashboards.speaker import Speaker
from metrics.wording import numbers

# since when the definition is the one that holds
SINCE = "select * from kpi_definitions where valid_to is null order by kpi, valid_from desc"
RELATIONSHIPS = "select * from kpi_relationships order by p_value nulls last, leading_kpi, lagging_kpi"


@dataclass(frozen=True)
class Meaning:
    """The definition; ``facts`` are (what, words). ``objective`` is (id, label) or None."""

    description: str
    formula: str
    sql: str
    owner: str
    email: str
    facts: Sequence[tuple[str, str]]
    objective: tuple[str, str] | None
    playbook: Sequence[str]
    parents: Sequence[Link]
    children: Sequence[Link]
    drives: Sequence[Link]
    driven_by: Sequence[Link]
    moves: Sequence[str]


def meaning(mart: Mart, say: Speaker, kpi: Row) -> Meaning:
    """Return what a KPI means."""
    name = kpi["kpi"]
    return Meaning(
        description=say.text(kpi, "description") or "",
        formula=kpi["formula"] or "",
        sql=kpi["formula_sql"] or "",
        owner=kpi["owner_team"] or kpi["owner_email"] or "",
        email=kpi["owner_email"] or "",
        facts=tuple(_facts(mart, say, kpi)),
        objective=_objective(mart, say, kpi["objective"]),
        playbook=[line.strip() for line in (say.text(kpi, "playbook") or "").splitlines() if line.strip()],
        parents=links(mart, say, names(kpi["parents"])),
        children=links(mart, say, _naming(mart, name, "parents")),
        drives=links(mart, say, names(kpi["drives"])),
        driven_by=links(mart, say, _naming(mart, name, "drives")),
        moves=[
            say.text(row, "words") or ""
            for row in mart.rows(RELATIONSHIPS)
            if name in (row["leading_kpi"], row["lagging_kpi"])
        ],
    )


def _naming(mart: Mart, name: str, column: str) -> list[str]:
    """The KPIs that name another one as their parent, or as what they drive."""
    return [other for other, row in mart.catalogue.items() if name in names(row[column])]


def _objective(mart: Mart, say: Speaker, name: str | None) -> tuple[str, str] | None:
    found = mart.by("id", OBJECTIVES).get(name)
    return (name, say.label(found[0])) if name and found else None


def _facts(mart: Mart, say: Speaker, kpi: Row) -> Iterator[tuple[str, str]]:
    words = say.words("kpi")
    unit = say.term("unit", kpi["unit"])
    yield words["unit"], f"{unit}, {kpi['currency']}" if kpi["currency"] else unit
    yield words["review"], say.term("cadence", kpi["review"])
    if needs := say.text(kpi, "needs"):
        yield words["needs"], needs
    if kpi["freshness_hours"]:
        yield words["freshness"], numbers.duration(kpi["freshness_hours"] * 3600)
    if kpi["min_sample"]:
        yield words["min_sample"], say.count(kpi["min_sample"])
    if kpi["coverage_at_least"]:
        other = links(mart, say, [kpi["coverage_of"]])
        of = other[0].label if other else kpi["coverage_of"]
        yield words["coverage"], words["coverage_of"].format(share=say.share(kpi["coverage_at_least"]), of=of)
    if kpi["matures_after_days"]:
        yield words["matures"], words["days"].format(count=say.count(kpi["matures_after_days"]))
    yield words["version"], _version(mart, say, kpi)


def _version(mart: Mart, say: Speaker, kpi: Row) -> str:
    """Which version holds, since when, and whether the KPI is a draft, active or retired."""
    found = mart.by("kpi", SINCE).get(kpi["kpi"], [])
    since = say.words("kpi")["since"].format(day=say.day(say.local(found[0]["valid_from"]).date())) if found else ""
    parts = (str(kpi["version"]), since, say.term("lifecycle", kpi["lifecycle"] or "active"))
    return ", ".join(part for part in parts if part)
