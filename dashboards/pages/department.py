"""A department's page: its KPIs by tier, leading beside lagging, and below them what it tracks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashboards.charts.sparkline import Sparkline
from dashboards.departments import departments
from dashboards.mart import Mart, Row
from dashboards.page import Page, of_department, of_kpi
from dashboards.sentences import changes, summary
from dashboards.speaker import Speaker
from dashboards.standing import no_value
from dashboards.tiles import Tile, course, drawn, latest, tiles

TIERS = ("primary", "secondary", "usage")
TIMINGS = ("leading", "lagging")


@dataclass(frozen=True)
class Column:
    """The tiles of one timing."""

    title: str
    explained: str
    tiles: list[Tile]


@dataclass(frozen=True)
class Tracked:
    """A tracked metric as a line of a table, its latest complete period with a value."""

    kpi: str
    path: str
    label: str
    tier: str
    period: str
    number: float | None
    value: str
    previous: str
    year_ago: str
    certified: bool
    reason: str
    spark: Sparkline


def pages(mart: Mart, say: Speaker) -> Iterator[Page]:
    """Yield the page of each department."""
    for name in departments(mart):
        kpis = [kpi for kpi in mart.scorecard if mart.catalogue[kpi]["department"] == name]
        content = {
            "own": say.words("department"),
            "sentences": summary(mart, say, kpis),
            "tiers": _tiers(mart, say, kpis),
            "tracked": _tracked(mart, say, name),
            "changes": changes(mart, say, kpis)[1:],
        }
        yield Page(of_department(name), "department.html.jinja", say.term("department", name), content)


def _tiers(mart: Mart, say: Speaker, kpis: list[str]) -> list[tuple[str, list[Column]]]:
    """The tiers that have KPIs, each with its columns."""
    words = say.words("department")
    found = []
    for tier in TIERS:
        mine = [kpi for kpi in kpis if mart.catalogue[kpi]["tier"] == tier]
        columns = [
            Column(words[timing], words[f"{timing}_explained"], tiles(mart, say, of_timing))
            for timing in TIMINGS
            if (of_timing := [kpi for kpi in mine if mart.catalogue[kpi]["timing"] == timing])
        ]
        if columns:
            found.append((say.term("tier", tier), columns))
    return found


def _tracked(mart: Mart, say: Speaker, department: str) -> list[Tracked]:
    rows = [row for row in mart.catalogue.values() if row["department"] == department and row["kind"] == "metric"]
    return sorted((_line(mart, say, row) for row in rows), key=lambda line: (line.tier, line.label))


def _line(mart: Mart, say: Speaker, kpi: Row) -> Tracked:
    rows = course(mart, kpi["kpi"])
    last = latest(mart, kpi["kpi"])
    value, previous, year_ago = (last[name] if last else None for name in ("value", "previous_value", "year_ago_value"))
    certificate = mart.certificates.get(kpi["kpi"])
    return Tracked(
        kpi=kpi["kpi"],
        path=of_kpi(kpi["kpi"]),
        label=say.label(kpi),
        tier=say.term("tier", kpi["tier"]),
        period=say.period(last["grain"], last["period_start"], last["period_end"]) if last else "",
        number=value,
        value=no_value(say, kpi) if value is None else say.value(value, kpi),
        previous=say.change(value, previous, kpi),
        year_ago=say.change(value, year_ago, kpi),
        certified=bool(certificate and certificate["certified"]),
        reason=(say.text(certificate, "reasons") or "") if certificate else "",
        spark=drawn(rows),
    )
