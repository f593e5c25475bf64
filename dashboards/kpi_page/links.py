"""Links from a KPI's page to those of others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboards.mart import Mart, Row
from dashboards.speaker import Speaker

EVERYTHING = "select * from kpi_catalog order by label_en, kpi"


@dataclass(frozen=True)
class Link:
    """Another KPI or tracked metric; its ``status`` is None for what nobody judges."""

    kpi: str
    label: str
    status: str | None
    status_words: str


def everything(mart: Mart) -> dict[str, Row]:
    """The catalogue's rows by name, with those that are retired, whose history stays readable."""
    return {row["kpi"]: row for row in mart.rows(EVERYTHING)}


def links(mart: Mart, say: Speaker, names: Iterable[str]) -> list[Link]:
    """Return links to those of some names that the catalogue has."""
    known = everything(mart)
    return [_link(mart, say, known[name]) for name in names if name in known]


def _link(mart: Mart, say: Speaker, kpi: Row) -> Link:
    card = mart.scorecard.get(kpi["kpi"])
    status = card["status"] if card else None
    return Link(kpi["kpi"], say.label(kpi), status, say.status(status, card["status_reason"]) if card else "")
