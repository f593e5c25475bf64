"""From a metric's name to its formula; refuses, by name, what cannot be compiled."""

import re

from dbt_semantic_interfaces.implementations.elements.measure import PydanticMeasure
from dbt_semantic_interfaces.implementations.metric import (
    PydanticMetric,
    PydanticMetricInput,
)
from dbt_semantic_interfaces.implementations.semantic_model import PydanticSemanticModel
from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType
from dbt_semantic_interfaces.type_enums.dimension_type import DimensionType
from dbt_semantic_interfaces.type_enums.metric_type import MetricType
from dbt_semantic_interfaces.type_enums.time_granularity import TimeGranularity

from metrics.compiler import expressions, filters
from metrics.compiler.dimensions import DimensionError, Dimensions
from metrics.compiler.errors import RefusalError
from metrics.compiler.formulas import Column, Derived, Fact, Formula, Leaf, Ratio
from metrics.compiler.manifest import ManifestIndex, find_dimension

_AGGREGATIONS = (
    AggregationType.SUM,
    AggregationType.COUNT,
    AggregationType.SUM_BOOLEAN,
    AggregationType.AVERAGE,
    AggregationType.MIN,
    AggregationType.MAX,
    AggregationType.COUNT_DISTINCT,
)


class Resolver:
    """Resolves metrics of one manifest."""

    def __init__(self, index: ManifestIndex):
        self._index = index
        self._dimensions = Dimensions(index)

    def formula(self, name: str, conditions: tuple[str, ...] = (), owner: str = "") -> Formula:
        """The formula of a metric under further filters; raises RefusalError.

        ``owner`` is the outermost metric whose filter applies: it names the filtered aggregates.
        """
        metric = self._index.metrics.get(name)
        if metric is None:
            raise RefusalError(
                name, f"metric {name!r} does not exist; use one of {', '.join(sorted(self._index.metrics))}"
            )
        own = filters.templates(metric.filter)
        conditions, owner = (*conditions, *own), owner or (name if own else "")
        if metric.type is MetricType.SIMPLE:
            return self._leaf(metric, conditions, owner)
        if metric.type is MetricType.RATIO:
            return self._ratio(metric, conditions, owner)
        if metric.type is MetricType.DERIVED:
            return self._derived(metric, conditions, owner)
        raise RefusalError(name, f"metrics of type {metric.type.value} are not supported yet")

    def slice(self, leaf: Leaf, name: str) -> Column:
        """The column by which a leaf is sliced; raises RefusalError."""
        try:
            column = self._dimensions.slice(self._index.models[leaf.semantic_model], name)
        except (DimensionError, expressions.ExpressionError) as error:
            raise RefusalError(leaf.metric, f"slice {name!r}: {error}", slice_name=name) from error
        return _with_topics(leaf.metric, column)

    def _ratio(self, metric: PydanticMetric, conditions: tuple[str, ...], owner: str) -> Ratio:
        numerator, denominator = metric.input_metrics
        return Ratio(
            self._input(metric, numerator, conditions, owner), self._input(metric, denominator, conditions, owner)
        )

    def _derived(self, metric: PydanticMetric, conditions: tuple[str, ...], owner: str) -> Derived:
        inputs = {
            item.alias or item.name: self._input(metric, item, conditions, owner) for item in metric.input_metrics
        }
        try:
            expression = expressions.guard_divisions(expressions.parse(metric.type_params.expr or ""))
        except expressions.ExpressionError as error:
            raise RefusalError(metric.name, f"expr {error}") from error
        for column in expression.find_all(expressions.exp.Column):
            if column.table or column.name not in inputs:
                raise RefusalError(metric.name, f"expr names {column.sql()!r}; use its metrics {', '.join(inputs)}")
        return Derived(expression, inputs)

    def _input(
        self, metric: PydanticMetric, item: PydanticMetricInput, conditions: tuple[str, ...], owner: str
    ) -> Formula:
        if item.offset_window is not None or item.offset_to_grain is not None:
            raise RefusalError(metric.name, f"offsets (of {item.name}) are not supported yet")
        own = filters.templates(item.filter)
        return self.formula(
            item.name, (*conditions, *own), owner or (f"{metric.name}__{item.alias or item.name}" if own else "")
        )

    def _leaf(self, metric: PydanticMetric, conditions: tuple[str, ...], owner: str) -> Leaf:
        given = metric.type_params.measure
        found = self._index.measure(given.name) if given else None
        if given is None or found is None:
            raise RefusalError(metric.name, f"measure {given.name if given else ''!r} does not exist")
        model, measure = found
        own = filters.templates(given.filter)
        owner = owner or (metric.name if own else "")
        return Leaf(
            metric=metric.name,
            words=measure.label or measure.name.replace("_", " "),
            semantic_model=model.name,
            fact=self._fact(metric, model, measure),
            agg=_aggregation(metric, measure),
            column=_measured(metric, model, measure),
            condition=self._condition(metric, model, (*conditions, *own)),
            name=f"{owner}__{measure.name}" if owner else measure.name,
            fill=given.fill_nulls_with,
            spine=given.join_to_timespine,
        )

    def _condition(self, metric: PydanticMetric, model: PydanticSemanticModel, texts: tuple[str, ...]) -> Column | None:
        try:
            column = filters.condition(tuple(dict.fromkeys(texts)), model, self._dimensions)
        except filters.FilterError as error:
            raise RefusalError(metric.name, str(error)) from error
        return None if column is None else _with_topics(metric.name, column)

    def _fact(self, metric: PydanticMetric, model: PydanticSemanticModel, measure: PydanticMeasure) -> Fact:
        name = measure.agg_time_dimension or (model.defaults.agg_time_dimension if model.defaults else None) or ""
        dimension = find_dimension(model, name)
        element = ("measure", measure.name)
        if dimension is None or dimension.type is not DimensionType.TIME or dimension.type_params is None:
            raise RefusalError(metric.name, f"measure {measure.name!r} has no agg_time_dimension", element)
        if dimension.type_params.time_granularity is not TimeGranularity.DAY:
            raise RefusalError(metric.name, f"agg_time_dimension {name!r} is not of granularity day", element)
        column = dimension.expr or dimension.name
        if not re.fullmatch(r"[a-z_][a-z0-9_]*", column):
            raise RefusalError(metric.name, f"agg_time_dimension {name!r} is not a plain column of the fact", element)
        return Fact(model.node_relation.alias, column)


def _aggregation(metric: PydanticMetric, measure: PydanticMeasure) -> AggregationType:
    element = ("measure", measure.name)
    if measure.non_additive_dimension is not None:
        raise RefusalError(metric.name, f"non_additive_dimension (of {measure.name}) is not supported yet", element)
    if measure.agg not in _AGGREGATIONS:
        raise RefusalError(
            metric.name, f"aggregation {measure.agg.value} (of {measure.name}) is not supported yet", element
        )
    return measure.agg


def _measured(metric: PydanticMetric, model: PydanticSemanticModel, measure: PydanticMeasure) -> Column:
    try:
        parsed = expressions.parse(measure.expr or measure.name)
        return Column(expressions.to_sql(expressions.qualify(parsed, model.node_relation.alias)))
    except expressions.ExpressionError as error:
        raise RefusalError(metric.name, f"measure {measure.name!r}: expr {error}", ("measure", measure.name)) from error


def _with_topics(metric: str, column: Column) -> Column:
    for join in column.joins:
        if join.topic is None:
            raise RefusalError(
                metric,
                f"a join to {join.model} needs config.meta.changes_topic on its semantic model, "
                "or changes of its rows would go unseen",
            )
    return column
