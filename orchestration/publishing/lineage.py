"""kpi_lineage, and the raw tables in kpi_catalog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orchestration.lineage import Lineage, Reads

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def write_lineage(con: DuckDBPyConnection, manifest: Mapping[str, Any]) -> None:
    """Fill kpi_lineage and the sources of kpi_catalog in the attached ``mart`` from the graph of dbt's manifest."""
    kpis = [
        Reads(kpi, _names(models), _names(states))
        for kpi, models, states in con.execute("select kpi, models, states from mart.kpi_catalog").fetchall()
    ]
    lineage = Lineage(manifest)
    edges = [[edge.start, edge.end, edge.start_kind, edge.end_kind] for edge in lineage.edges(kpis)]
    if edges:
        con.executemany("insert into mart.kpi_lineage values (?, ?, ?, ?)", edges)
    for kpi in kpis:
        sources = ", ".join(lineage.sources(kpi))
        con.execute("update mart.kpi_catalog set sources = ? where kpi = ?", [sources, kpi.kpi])


def _names(listed: str | None) -> tuple[str, ...]:
    return tuple(listed.split(", ")) if listed else ()
