"""Who serves what: objectives, the KPIs that serve them, and the KPIs and tracked metrics that serve those.

Each figure stands once, under the first of its parents that serves the same objective, so that what is counted on the
page is what there is; its other parents are named beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from dashboards.aims import KEY_RESULTS
from dashboards.mart import Mart, Row, names
from dashboards.speaker import Speaker


@dataclass(frozen=True)
class Branch:
    """A figure with those that serve it; ``others`` are further figures that it serves itself."""

    kpi: Row
    others: tuple[str, ...]
    below: tuple[Branch, ...]

    def names(self) -> list[str]:
        """The names of the figures of the branch, its own first."""
        return [self.kpi["kpi"], *(name for branch in self.below for name in branch.names())]


def branches(mart: Mart, say: Speaker, objectives: Collection[str]) -> dict[str | None, list[Branch]]:
    """Return the branches of each objective; under None those of figures that serve none of them."""
    aims = {name: _objective(mart, row, objectives) for name, row in mart.catalogue.items()}
    homes = _homes(mart.catalogue, aims)
    below: dict[str | None, list[str]] = {}
    for name in sorted(homes, key=lambda name: _rank(say, mart.catalogue[name])):
        below.setdefault(homes[name], []).append(name)

    def branch(name: str) -> Branch:
        kpi = mart.catalogue[name]
        others = [parent for parent in _parents(kpi, mart.catalogue) if parent != homes[name]]
        return Branch(kpi, tuple(others), tuple(branch(child) for child in below.get(name, ())))

    grown: dict[str | None, list[Branch]] = {}
    for root in below.get(None, ()):
        grown.setdefault(aims[root], []).append(branch(root))
    return grown


def _objective(mart: Mart, kpi: Row, objectives: Collection[str]) -> str | None:
    """The objective that a figure serves by itself: its contract's, or that of a key result measured by it."""
    if kpi["objective"] in objectives:
        return kpi["objective"]
    steps = mart.by("metric", KEY_RESULTS).get(kpi["kpi"], [])
    return next((step["objective"] for step in steps if step["objective"] in objectives), None)


def _homes(catalogue: Mapping[str, Row], aims: Mapping[str, str | None]) -> dict[str, str | None]:
    """Under which figure each one stands; None under its objective.

    Lint lets nobody serve himself in a circle, but a mart may be older than the rule: a circle is opened where it is
    found first.
    """
    homes: dict[str, str | None] = {}
    for name, kpi in catalogue.items():
        fitting = (parent for parent in _parents(kpi, catalogue) if aims[name] in (None, aims[parent]))
        homes[name] = next((parent for parent in fitting if name not in _above(parent, homes)), None)
    return homes


def _above(name: str, homes: Mapping[str, str | None]) -> list[str]:
    """A figure and all that it stands under."""
    found, above = [name], homes.get(name)
    while above is not None:
        found.append(above)
        above = homes.get(above)
    return found


def _parents(kpi: Row, catalogue: Mapping[str, Row]) -> list[str]:
    return [name for name in names(kpi["parents"]) if name in catalogue and name != kpi["kpi"]]


def _rank(say: Speaker, kpi: Row) -> tuple[bool, bool, str]:
    """The company's KPIs first, then the departments', then tracked metrics."""
    return kpi["kind"] != "kpi", not kpi["company_level"], say.label(kpi)
