"""Where the numbers of a KPI come from: the way from raw tables, as far as its columns and filters reach."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from orchestration.publishing.graph import Graph
from orchestration.publishing.reads import Input, Reads, reads_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.declarations.sources import Sources, Table


@dataclass(frozen=True, order=True)
class Edge:
    """A step from a raw table towards a KPI; kinds are source, staging, entity, mart, state and kpi."""

    start: str
    end: str
    start_kind: str
    end_kind: str


def write_lineage(con: DuckDBPyConnection, lineage: Lineage) -> None:
    """Fill kpi_lineage and the sources of kpi_catalog in the attached ``mart``."""
    edges = [[edge.start, edge.end, edge.start_kind, edge.end_kind] for edge in lineage.edges()]
    if edges:
        con.executemany("insert into mart.kpi_lineage values (?, ?, ?, ?)", edges)
    for kpi in lineage.kpis:
        con.execute("update mart.kpi_catalog set sources = ? where kpi = ?", [", ".join(lineage.sources(kpi)), kpi])


class Lineage:
    """The lineage of every KPI and tracked metric that is compiled into a dbt manifest.

    A raw table is named ``system.table``, as it lands. A table that is staged from another's landing has no rows of
    its own: ``sources`` names the landed one, ``events`` the declared one, and ``kpis_of`` knows both.
    """

    def __init__(self, manifest: Mapping[str, Any], sources: Sources) -> None:
        self._graph = Graph(manifest)
        self._reads = reads_of(manifest)
        self._staged = {f"stg_{t.system}__{t.name}": t for t in sources.tables()}

    @property
    def kpis(self) -> list[str]:
        """Every KPI and tracked metric, sorted."""
        return sorted(self._reads)

    def sources(self, kpi: str) -> list[str]:
        """Return the raw tables, as they land, that a KPI is computed from, sorted."""
        return sorted(name for name in self._above[kpi] if self._graph.kind(name) == "source")

    def entities(self, kpi: str) -> list[str]:
        """Return the conformed entities that a KPI is computed from, sorted."""
        return sorted(name.removeprefix("int_") for name in self._above[kpi] if self._graph.kind(name) == "entity")

    def missing(self, kpi: str) -> list[str]:
        """Return the entities without which a KPI has no value, and that no raw table feeds for it, sorted."""
        return [
            entity
            for entity in self._reads[kpi].entities
            if entity in self.entities(kpi) and not self._fed(kpi, f"int_{entity}")
        ]

    def events(self, kpi: str) -> set[str]:
        """Return the tables, by their names in sources.yml, whose event times the days of a KPI's facts follow."""
        facts = {read.fact for read in self._reads[kpi].inputs}
        followed = {entity for fact in facts for entity in self._graph.meta(fact).get("events", ())}
        return {f"{table.system}.{table.name}" for table in self._tables(kpi) if table.entity in followed}

    def kpis_of(self, name: str) -> set[str]:
        """Return the KPIs that a raw table, a model of dbt or a KPI of this name bears on.

        A model of schema kpi that is on no way to a single KPI, or a calendar, bears on all of them; what is not known
        on none.
        """
        if name in self._reads:
            return {name}
        found = {kpi for kpi, above in self._above.items() if name in above or name in self._declared(kpi)}
        return found or (set(self._reads) if self._graph.is_shared(name) else set())

    def edges(self) -> list[Edge]:
        """Return every edge on a way to one of the KPIs, once, sorted."""
        kind: Callable[[str], str] = self._graph.kind
        return sorted(
            {Edge(start, end, kind(start), kind(end)) for way in self._ways.values() for start, end in way}
            | {Edge(state, kpi, kind(state), "kpi") for kpi, reads in self._reads.items() for state in reads.states}
        )

    def _declared(self, kpi: str) -> set[str]:
        return {f"{table.system}.{table.name}" for table in self._tables(kpi)}

    def _tables(self, kpi: str) -> list[Table]:
        return [table for model, table in self._staged.items() if model in self._above[kpi]]

    def _fed(self, kpi: str, entity: str) -> bool:
        return any(end == entity for _, end in self._ways[kpi])

    @cached_property
    def _above(self) -> dict[str, set[str]]:
        """Return what each KPI is computed from: raw tables and models."""
        return {
            kpi: {name for edge in self._ways[kpi] for name in edge} | {*reads.states, *reads.models}
            for kpi, reads in self._reads.items()
        }

    @cached_property
    def _ways(self) -> dict[str, set[tuple[str, str]]]:
        return {kpi: set(self._way(reads)) for kpi, reads in self._reads.items()}

    def _way(self, reads: Reads) -> Iterator[tuple[str, str]]:
        for name in self._graph.states_above(reads.states):
            for parent in self._graph.parents(name):
                if parent in reads.models or self._graph.kind(parent) == "state":
                    yield parent, name
        for read in reads.inputs:
            for model in read.models:
                yield from self._upstream(model, read)

    def _upstream(self, model: str, read: Input) -> Iterator[tuple[str, str]]:
        """Yield the edges above a fact or dimension of an input; only the fact's own entities know its filter."""
        constants = self._graph.entity_constants(read.fact, read.constants) if model == read.fact else {}
        for parent in self._graph.parents(model):
            if not self._graph.counts(parent, model, read.columns_of(model)):
                continue
            yield parent, model
            for below in self._graph.parents(parent):
                if not self._excluded(below, constants.get(parent, {})):
                    yield below, parent
                    yield from self._graph.above(below)

    def _excluded(self, staging: str, constants: Mapping[str, Collection[str]]) -> bool:
        """Tell whether no row of a staged table can pass a filter that leaves only these values."""
        table = self._staged.get(staging)
        holds = table.holds if table else {}
        return any(column in constants and not set(held) & set(constants[column]) for column, held in holds.items())
