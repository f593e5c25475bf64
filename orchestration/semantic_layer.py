"""MetricFlow in this process: it writes the SQL of a metric over the relations of a semantic manifest."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metricflow_semantic_interfaces.implementations.node_relation import PydanticNodeRelation
    from metricflow_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest


@dataclass(frozen=True)
class DuckDbSql:
    """The part of MetricFlow's SQL client that planning a query needs: whose SQL it writes."""

    sql_engine_type: SqlEngine = SqlEngine.DUCKDB
    sql_plan_renderer: DuckDbSqlPlanRenderer = field(default_factory=DuckDbSqlPlanRenderer)


class SemanticLayer:
    """MetricFlow over one manifest."""

    def __init__(self, manifest: PydanticSemanticManifest) -> None:
        self.lookup = SemanticManifestLookup(manifest)
        self._engine = MetricFlowEngine(self.lookup, DuckDbSql())  # type: ignore[arg-type]

    def sql(self, metric: str, group_by: Sequence[str], where: str = "") -> str:
        """Write the query of a metric: a column per group-by, such as metric_time__month, and one of the metric's name.

        ``where`` is a condition in MetricFlow's templates.
        """
        request = MetricFlowQueryRequest.create(
            metric_names=[metric], group_by_names=list(group_by), where_constraints=[where] if where else None
        )
        return self._engine.explain(request).sql_statement.sql


def read_manifest(file: Path) -> PydanticSemanticManifest:
    """Read dbt's semantic_manifest.json; its relations then name no database, so that any file that has them answers."""
    manifest = parse_manifest_from_dbt_generated_manifest(file.read_text())
    for part in (*manifest.semantic_models, *manifest.project_configuration.time_spines):
        _forget_database(part.node_relation)
    return manifest


def _forget_database(relation: PydanticNodeRelation) -> None:
    relation.database = None
    relation.relation_name = f'"{relation.schema_name}"."{relation.alias}"'
