"""Asks MetricFlow itself, in this process, for the values of a semantic manifest over an open DuckDB connection."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest
from metricflow_semantic_interfaces.references import MetricReference
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from metricflow_semantics.model.semantics.linkable_element import LinkableElementType

UNKNOWN = "(unknown)"
_SLICES = (LinkableElementType.DIMENSION, LinkableElementType.ENTITY)
Key = tuple[date, str]


@dataclass(frozen=True)
class DuckDbSql:
    """The part of MetricFlow's SQL client that planning a query needs: which SQL to write."""

    sql_engine_type: SqlEngine = SqlEngine.DUCKDB
    sql_plan_renderer: DuckDbSqlPlanRenderer = field(default_factory=DuckDbSqlPlanRenderer)


class Oracle:
    """MetricFlow over one manifest and one open connection.

    Each metric is a query of its own: asked together, metrics meet in an outer join, in which a missing row and a row
    without a value look the same and fills reach rows that other metrics brought.
    """

    def __init__(self, manifest: PydanticSemanticManifest | Path, con: duckdb.DuckDBPyConnection):
        if isinstance(manifest, Path):
            manifest = PydanticSemanticManifest.parse_raw(manifest.read_text())
        self._manifest = manifest
        self._lookup = SemanticManifestLookup(manifest)
        self._engine = MetricFlowEngine(self._lookup, DuckDbSql())
        self._con = con

    @property
    def metrics(self) -> list[str]:
        """Names of all metrics, as the manifest orders them."""
        return [metric.name for metric in self._manifest.metrics]

    def slices(self, metric: str) -> dict[str, str]:
        """Slice name → what MetricFlow groups by, for all that it can group the metric by, at most one join away.

        Slices are categorical dimensions and entities; a name that can mean several group-bys means the shortest.
        """
        found: dict[str, str] = {}
        for name in sorted(self._group_bys(metric), key=lambda name: (name.count("__"), name)):
            if name.count("__") <= 1:
                found.setdefault(name.split("__")[-1], name)
        return found

    def _group_bys(self, metric: str) -> list[str]:
        items = self._lookup.metric_lookup.get_common_group_by_items(metric_references=(MetricReference(metric),))
        return [item.spec.dunder_name for item in items.annotated_specs if item.element_type in _SLICES]

    def sql(self, metric: str, grain: str, group_by: str = "") -> str:
        """The SQL that MetricFlow writes for a metric at a grain, in all or by one of its group-bys."""
        groups = [f"metric_time__{grain}", *([group_by] if group_by else [])]
        request = MetricFlowQueryRequest.create(metric_names=[metric], group_by_names=groups)
        return self._engine.explain(request).sql_statement.sql

    def values(self, metric: str, grain: str, group_by: str = "") -> dict[Key, float | None]:
        """(period start, slice value) → value; the slice value of the total is '', of NULL ``(unknown)``."""
        value = f"coalesce(cast({group_by} as varchar), '{UNKNOWN}')" if group_by else "''"
        rows = self._con.execute(
            f"select cast(metric_time__{grain} as date), {value}, cast({metric} as double) "
            f"from ({self.sql(metric, grain, group_by)})"
        ).fetchall()
        found = {(start, slice_value): value for start, slice_value, value in rows}
        assert len(found) == len(rows), f"MetricFlow gives more than one row of a key of {metric} by {grain}, {group_by}"
        return found
