"""Where the numbers of a KPI come from, for kpi_lineage and kpi_catalog: dbt's graph from raw tables to the KPI."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.dbt_manifest import models

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# What a model is, by the schema of its layer.
KINDS = {"staging": "staging", "intermediate": "entity", "marts": "mart", "kpi": "state"}


@dataclass(frozen=True)
class Reads:
    """What a KPI is computed from: facts and dimensions, and the models that its values are merged from."""

    kpi: str
    models: tuple[str, ...]
    states: tuple[str, ...]


@dataclass(frozen=True, order=True)
class Edge:
    """A step from a raw table towards a KPI; kinds are source, staging, entity, mart, state and kpi."""

    start: str
    end: str
    start_kind: str
    end_kind: str


def write_lineage(con: DuckDBPyConnection, manifest: Mapping[str, Any]) -> None:
    """Fill kpi_lineage and the sources of kpi_catalog in the attached ``mart`` from the graph of dbt's manifest."""
    kpis = [
        Reads(kpi, _names(read), _names(states))
        for kpi, read, states in con.execute("select kpi, models, states from mart.kpi_catalog").fetchall()
    ]
    lineage = Lineage(manifest)
    edges = [[edge.start, edge.end, edge.start_kind, edge.end_kind] for edge in lineage.edges(kpis)]
    if edges:
        con.executemany("insert into mart.kpi_lineage values (?, ?, ?, ?)", edges)
    for kpi in kpis:
        sources = ", ".join(lineage.sources(kpi))
        con.execute("update mart.kpi_catalog set sources = ? where kpi = ?", [sources, kpi.kpi])


class Lineage:
    """The graph of one dbt manifest."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self._nodes = models(manifest)
        tables = {key: f"{table['source_name']}.{table['name']}" for key, table in manifest["sources"].items()}
        names = tables | {key: node["name"] for key, node in manifest["nodes"].items()}
        self._tables = set(tables.values())
        self._parents = {
            model: [names[parent] for parent in node["depends_on"]["nodes"]] for model, node in self._nodes.items()
        }
        self._parents = {model: [p for p in parents if self._has_rows(p)] for model, parents in self._parents.items()}

    def edges(self, reads: Iterable[Reads]) -> list[Edge]:
        """Return every edge on a way to one of the KPIs, once, sorted."""
        return sorted({edge for kpi in reads for edge in self._edges(kpi)})

    def sources(self, kpi: Reads) -> list[str]:
        """Return the raw tables, as ``system.table``, that a KPI is computed from."""
        return sorted(self._upstream(kpi.models) & self._tables)

    def _edges(self, kpi: Reads) -> Iterator[Edge]:
        for state in kpi.states:
            yield Edge(state, kpi.kpi, self._kind(state), "kpi")
        for name in self._upstream(kpi.models) - self._tables:
            yield from self._into(name, self._parents[name])
        for name in self._between(kpi):
            yield from self._into(name, (parent for parent in self._parents[name] if self._is_read(parent, kpi)))

    def _into(self, name: str, parents: Iterable[str]) -> Iterator[Edge]:
        for parent in parents:
            yield Edge(parent, name, self._kind(parent), self._kind(name))

    def _between(self, kpi: Reads) -> set[str]:
        """Return the models of schema kpi that lie between the KPI's facts and its values."""
        return {name for name in self._upstream(kpi.states) if self._kind(name) == "state"}

    def _is_read(self, parent: str, kpi: Reads) -> bool:
        """Tell whether a state has a parent for this KPI's sake; other KPIs of its fact may have other slices."""
        return parent in kpi.models or self._kind(parent) == "state"

    def _upstream(self, names: Iterable[str]) -> set[str]:
        """Return the names and all that they are built from."""
        found: set[str] = set()
        waiting = [name for name in names if name in self._parents]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._parents.get(name, [])
        return found

    def _has_rows(self, name: str) -> bool:
        """Tell whether a table holds what a source delivers; a calendar does not."""
        return any(self._kind(above) in ("source", "staging", "entity") for above in self._upstream([name]) | {name})

    def _kind(self, name: str) -> str:
        return "source" if name in self._tables else KINDS.get(self._nodes[name]["schema"], self._nodes[name]["schema"])


def _names(listed: str | None) -> tuple[str, ...]:
    return tuple(listed.split(", ")) if listed else ()
