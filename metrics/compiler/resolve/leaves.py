"""From a measure to a leaf: which aggregate of which fact, over which rows, read how."""

import re

from dbt_semantic_interfaces.implementations.elements.measure import PydanticMeasure
from dbt_semantic_interfaces.implementations.metric import PydanticMetric, PydanticMetricInputMeasure
from dbt_semantic_interfaces.implementations.semantic_model import PydanticSemanticModel
from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType
from dbt_semantic_interfaces.type_enums.dimension_type import DimensionType

from metrics.calendar import GRAINS
from metrics.compiler import expressions
from metrics.compiler.errors import RefusalError
from metrics.compiler.formulas import Column, Cumulative, Fact, Leaf, Quantile, Reading, Snapshot
from metrics.compiler.manifest import ManifestIndex, find_dimension
from metrics.compiler.resolve import filters
from metrics.compiler.resolve.dimensions import DimensionError, Dimensions, own_expression
from metrics.compiler.windows import Offset, Window, WindowError


class Leaves:
    """Builds leaves from the measures of one manifest."""

    def __init__(self, index: ManifestIndex, dimensions: Dimensions):
        self._index = index
        self._dimensions = dimensions

    def leaf(
        self,
        metric: PydanticMetric,
        given: PydanticMetricInputMeasure | None,
        conditions: tuple[str, ...],
        owner: str,
        offset: Offset | None = None,
    ) -> Leaf:
        """The leaf of a metric's measure under conditions that ``owner`` sets; raises RefusalError."""
        found = self._index.measure(given.name) if given else None
        if given is None or found is None:
            raise RefusalError(metric.name, f"measure {given.name if given else ''!r} does not exist")
        model, measure = found
        own = filters.templates(given.filter)
        owner = owner or (metric.name if own else "")
        fact = self.fact(metric, model, measure)
        if filters.on_metric_time((*conditions, *own)) and (given.join_to_timespine or offset):
            raise RefusalError(metric.name, "a filter on metric_time together with join_to_timespine or an offset")
        return Leaf(
            metric=metric.name,
            words=measure.label or measure.name.replace("_", " "),
            semantic_model=model.name,
            fact=fact,
            agg=measure.agg,
            column=self._column(metric, model, measure),
            condition=self.condition(metric, model, fact, (*conditions, *own)),
            name=f"{owner}__{measure.name}" if owner else measure.name,
            fill=given.fill_nulls_with,
            spine=given.join_to_timespine,
            reading=_quantile(metric, measure) or self._snapshot(metric, model, measure, fact),
            approximate=_is_approximate(measure),
            offset=offset,
        )

    def cumulative(self, metric: PydanticMetric) -> Cumulative:
        """How a cumulative metric is read; raises RefusalError."""
        params, legacy = metric.type_params.cumulative_type_params, metric.type_params
        window = (params.window if params else None) or legacy.window
        to_date = (params.grain_to_date if params else None) or legacy.grain_to_date
        unit = window.granularity if window else getattr(to_date, "value", to_date) or ""
        try:
            span = Window(window.count if window else 0, str(unit).removesuffix("s"))
        except WindowError as error:
            raise RefusalError(metric.name, str(error)) from error
        return Cumulative(span, params.period_agg.value if params else "first")

    def condition(
        self, metric: PydanticMetric, model: PydanticSemanticModel, fact: Fact, texts: tuple[str, ...]
    ) -> Column | None:
        """All filters as one condition over the fact; raises RefusalError."""
        try:
            column = filters.condition(tuple(dict.fromkeys(texts)), model, self._dimensions, fact.day)
        except filters.FilterError as error:
            raise RefusalError(metric.name, str(error)) from error
        return None if column is None else logged(metric.name, column)

    def fact(self, metric: PydanticMetric, model: PydanticSemanticModel, measure: PydanticMeasure) -> Fact:
        """The fact and the day by which a measure is counted; raises RefusalError."""
        name = measure.agg_time_dimension or (model.defaults.agg_time_dimension if model.defaults else None) or ""
        dimension = find_dimension(model, name)
        element = ("measure", measure.name)
        if dimension is None or dimension.type is not DimensionType.TIME or dimension.type_params is None:
            raise RefusalError(metric.name, f"measure {measure.name!r} has no agg_time_dimension", element)
        grain = dimension.type_params.time_granularity.value
        if grain not in GRAINS:
            raise RefusalError(
                metric.name, f"agg_time_dimension {name!r} of granularity {grain} (finer than a day)", element
            )
        column = dimension.expr or dimension.name
        if not re.fullmatch(r"[a-z_][a-z0-9_]*", column):
            raise RefusalError(metric.name, f"agg_time_dimension {name!r} is not a plain column of the fact", element)
        return Fact(model.node_relation.alias, column, grain)

    def _column(self, metric: PydanticMetric, model: PydanticSemanticModel, measure: PydanticMeasure) -> Column:
        try:
            return Column(own_expression(model, measure.expr or measure.name))
        except expressions.ExpressionError as error:
            raise RefusalError(
                metric.name, f"measure {measure.name!r}: expr {error}", ("measure", measure.name)
            ) from error

    def _snapshot(
        self, metric: PydanticMetric, model: PydanticSemanticModel, measure: PydanticMeasure, fact: Fact
    ) -> Reading | None:
        given = measure.non_additive_dimension
        if given is None:
            return None
        element = ("measure", measure.name)
        dimension = find_dimension(model, given.name)
        if dimension is None or (dimension.expr or dimension.name) != fact.day:
            raise RefusalError(
                metric.name, f"non_additive_dimension {given.name!r} that is not the measure's own day", element
            )
        if fact.grain != "day":
            raise RefusalError(metric.name, f"the first or last {fact.grain} of a period ({fact.topic})", element)
        if measure.agg is AggregationType.COUNT_DISTINCT:
            raise RefusalError(metric.name, f"count_distinct (of {measure.name}) on one day of a period", element)
        try:
            groups = tuple(self._dimensions.own(model, name) for name in given.window_groupings)
        except DimensionError as error:
            raise RefusalError(metric.name, f"window_groupings: {error}", element) from error
        return Snapshot("last" if given.window_choice is AggregationType.MAX else "first", groups)


def _quantile(metric: PydanticMetric, measure: PydanticMeasure) -> Quantile | None:
    if measure.agg not in (AggregationType.MEDIAN, AggregationType.PERCENTILE):
        return None
    params, element = measure.agg_params, ("measure", measure.name)
    if measure.non_additive_dimension is not None:
        feature = f"{measure.agg.value} (of {measure.name}) on one day of a period"
        raise RefusalError(metric.name, feature, element)
    if measure.agg is AggregationType.MEDIAN:
        return Quantile(0.5)
    if params is None or params.percentile is None:
        raise RefusalError(metric.name, f"measure {measure.name!r} gives no agg_params.percentile", element)
    if params.use_approximate_percentile:
        raise RefusalError(metric.name, f"approximate percentile (of {measure.name}), which differs by run", element)
    return Quantile(params.percentile, params.use_discrete_percentile)


def _is_approximate(measure: PydanticMeasure) -> bool:
    """A distinct count whose ``config.meta.approximate`` says that a sketch will do."""
    meta = measure.config.meta if measure.config else {}
    return measure.agg is AggregationType.COUNT_DISTINCT and bool(meta.get("approximate"))


def logged(metric: str, column: Column) -> Column:
    """The column itself; raises RefusalError if changes of a joined model would go unseen."""
    for join in column.joins:
        if join.topic is None:
            raise RefusalError(
                metric,
                f"a join to {join.model} needs config.meta.changes_topic on its semantic model, "
                "or changes of its rows would go unseen",
            )
    return column
