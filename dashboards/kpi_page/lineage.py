"""Where a KPI's numbers come from: everything upstream of it, from raw tables on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.mart import Mart, Row
from dashboards.speaker import Speaker

EDGES = 'select * from kpi_lineage order by "from", "to"'
KINDS = ("source", "staging", "entity", "mart", "state", "kpi")


@dataclass(frozen=True)
class Layer:
    """What is of one kind upstream of a KPI."""

    name: str
    tables: Sequence[str]


def lineage(mart: Mart, say: Speaker, kpi: Row) -> list[Layer]:
    """Return the layers above a KPI from raw tables down to what its values are merged from."""
    kinds = _upstream(mart, kpi["kpi"])
    words = say.words("kpi")
    found = {kind: sorted(name for name, its in kinds.items() if its == kind) for kind in KINDS[:-1]}
    return [Layer(words[f"layer_{kind}"], tables) for kind, tables in found.items() if tables]


def _upstream(mart: Mart, kpi: str) -> dict[str, str]:
    """The kind of everything that a KPI is made from, by name."""
    into = mart.by("to", EDGES)
    kinds: dict[str, str] = {}
    waiting = [kpi]
    while waiting:
        for edge in into.get(waiting.pop(), []):
            if edge["from"] not in kinds:
                kinds[edge["from"]] = edge["from_kind"]
                waiting.append(edge["from"])
    return kinds
