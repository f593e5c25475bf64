"""MetricFlow in this process: it writes the SQL of a metric over the relations of a semantic manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.references import MetricReference
from metricflow_semantics.errors.error_classes import InformativeUserError
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.linkable_element_property import GroupByItemProperty
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from metricflow_semantics.model.semantics.linkable_element import LinkableElementType

if TYPE_CHECKING:
    from metricflow_semantics.model.semantics.linkable_element_set_base import AnnotatedSpec

KINDS = {
    LinkableElementType.DIMENSION: "dimension",
    LinkableElementType.ENTITY: "entity",
    LinkableElementType.TIME_DIMENSION: "time",
}
NOT_OFFERED = {
    GroupByItemProperty.DATE_PART,
    GroupByItemProperty.DERIVED_TIME_GRANULARITY,
    GroupByItemProperty.METRIC_TIME,
}


class SemanticLayerError(ValueError):
    """Why MetricFlow cannot answer."""


@dataclass(frozen=True)
class DuckDbSql:
    """The part of MetricFlow's SQL client that planning a query needs: whose SQL it writes."""

    sql_engine_type: SqlEngine = SqlEngine.DUCKDB
    sql_plan_renderer: DuckDbSqlPlanRenderer = field(default_factory=DuckDbSqlPlanRenderer)


@dataclass(frozen=True)
class GroupBy:
    """Something that a metric can be grouped and filtered by: ``element`` at the end of a path of entities.

    ``kind`` is dimension, entity or time (a day). ``is_own`` says that it needs no join.
    """

    element: str
    path: tuple[str, ...]
    kind: str
    is_own: bool

    @property
    def name(self) -> str:
        """How MetricFlow spells it: ``customer__segment``."""
        return "__".join((*self.path, self.element))

    @property
    def column(self) -> str:
        """Its column in a query's result, and its name in a request."""
        return f"{self.name}__day" if self.kind == "time" else self.name

    @property
    def template(self) -> str:
        """How a filter names it."""
        if self.kind == "entity":
            return f"{{{{ Entity('{self.element}', entity_path={list(self.path)}) }}}}"
        *outer, last = self.path
        name = f"{last}__{self.element}"
        if self.kind == "time":
            return f"{{{{ TimeDimension('{name}', 'day', entity_path={outer}) }}}}"
        return f"{{{{ Dimension('{name}', entity_path={outer}) }}}}"


class SemanticLayer:
    """MetricFlow over the document that dbt writes as semantic_manifest.json.

    Relations are read without their database, so that any file that has them answers.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.manifest = parse_manifest_from_dbt_generated_manifest(json.dumps(document))
        for part in (*self.manifest.semantic_models, *self.manifest.project_configuration.time_spines):
            relation = part.node_relation
            relation.database, relation.relation_name = None, f'"{relation.schema_name}"."{relation.alias}"'

    @cached_property
    def _lookup(self) -> SemanticManifestLookup:
        return SemanticManifestLookup(self.manifest)

    @cached_property
    def _engine(self) -> MetricFlowEngine:
        return MetricFlowEngine(self._lookup, DuckDbSql())  # type: ignore[arg-type]

    def group_bys(self, metric: str) -> list[GroupBy]:
        """List what a metric can be grouped by beside its own time."""
        items = self._lookup.metric_lookup.get_common_group_by_items(metric_references=(MetricReference(metric),))
        offered = [_group_by(item) for item in items.annotated_specs if _is_offered(item)]
        own_entities = {item.element for item in offered if item.kind == "entity" and not item.path}
        return [item for item in offered if not _repeats_own_entity(item, own_entities)]

    def sql(self, metrics: Sequence[str], group_by: Sequence[str], where: str = "") -> str:
        """Write the query of metrics: a column per group-by, such as metric_time__month, and one per metric.

        ``where`` is a condition in MetricFlow's templates.

        Raises:
            SemanticLayerError: MetricFlow refuses the question.
        """
        request = MetricFlowQueryRequest.create(
            metric_names=list(metrics), group_by_names=list(group_by), where_constraints=[where] if where else None
        )
        try:
            return self._engine.explain(request).sql_statement.sql
        except InformativeUserError as error:
            raise SemanticLayerError(str(error)) from None


def _is_offered(item: AnnotatedSpec) -> bool:
    return item.element_type in KINDS and not NOT_OFFERED & set(item.property_set)


def _group_by(item: AnnotatedSpec) -> GroupBy:
    path = tuple(link.element_name for link in item.spec.entity_links)
    own = GroupByItemProperty.LOCAL in item.property_set
    return GroupBy(item.spec.element_name, path, KINDS[item.element_type], own)


def _repeats_own_entity(item: GroupBy, own_entities: set[str]) -> bool:
    """Tell whether an entity is the one of that name without a path: ``order__customer`` of orders is ``customer``."""
    return item.kind == "entity" and item.is_own and bool(item.path) and item.element in own_entities
