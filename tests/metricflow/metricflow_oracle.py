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
from metricflow_semantics.errors.error_classes import InvalidQueryException, UnsupportedEngineFeatureError
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from metricflow_semantics.model.semantics.linkable_element import LinkableElementType

from metrics.calendar import GRAINS, Grain

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
        self._metrics = {metric.name: metric for metric in manifest.metrics}
        self._lookup = SemanticManifestLookup(manifest)
        self._engine = MetricFlowEngine(self._lookup, DuckDbSql())
        self._con = con

    def slices(self, metric: str) -> dict[str, str]:
        """Slice name → what MetricFlow groups by, for all that it can group the metric by, at most one join away.

        Slices are categorical dimensions and entities; a name that can mean several group-bys means the shortest. One
        that means another group-by for an input of the metric (a view's user is not the user of its listing) is none.
        """
        found = self._shortest(metric)
        for name in self._inputs(metric):
            theirs = self.slices(name)
            found = {
                slice_name: group_by for slice_name, group_by in found.items() if theirs.get(slice_name) == group_by
            }
        return found

    def _shortest(self, metric: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in sorted(self._group_bys(metric), key=lambda name: (name.count("__"), name)):
            if name.count("__") <= 1:
                found.setdefault(name.split("__")[-1], name)
        return found

    def _inputs(self, metric: str) -> list[str]:
        params = self._metrics[metric].type_params
        return [item.name for item in (params.numerator, params.denominator, *(params.metrics or ())) if item]

    def _group_bys(self, metric: str) -> list[str]:
        items = self._lookup.metric_lookup.get_common_group_by_items(metric_references=(MetricReference(metric),))
        return [item.spec.dunder_name for item in items.annotated_specs if item.element_type in _SLICES]

    def sql(self, metric: str, grain: str, group_by: str = "") -> str:
        """The SQL that MetricFlow writes for a metric at a grain, in all or by one of its group-bys."""
        groups = [f"metric_time__{grain}", *([group_by] if group_by else [])]
        request = MetricFlowQueryRequest.create(metric_names=[metric], group_by_names=groups)
        return self._engine.explain(request).sql_statement.sql

    def grains(self, metric: str) -> tuple[Grain, ...]:
        """Those that MetricFlow answers at: none finer than the metric's facts, none if DuckDB lacks its aggregate."""
        return tuple(grain for grain in GRAINS if self._answers(metric, grain))

    def _answers(self, metric: str, grain: Grain) -> bool:
        try:
            self.sql(metric, grain)
        except (InvalidQueryException, UnsupportedEngineFeatureError):
            return False
        return True

    def values(self, metric: str, grain: str, group_by: str = "") -> dict[Key, float | None]:
        """(period start, slice value) → value; the slice value of the total is '', of NULL ``(unknown)``.

        Rows without a day, which MetricFlow puts into a period of their own that has no start, are left out.
        """
        value = f"coalesce(cast({group_by} as varchar), '{UNKNOWN}')" if group_by else "''"
        rows = self._con.execute(
            f"select cast(metric_time__{grain} as date), {value}, cast({metric} as double) "
            f"from ({self.sql(metric, grain, group_by)}) where metric_time__{grain} is not null"
        ).fetchall()
        found = {(start, slice_value): value for start, slice_value, value in rows}
        assert len(found) == len(rows), (
            f"MetricFlow gives more than one row of a key of {metric} by {grain}, {group_by}"
        )
        return found
