"""From a metric's name to its formula; refuses, by name, what cannot be compiled."""

from dataclasses import dataclass, replace

from dbt_semantic_interfaces.implementations.metric import PydanticMetric, PydanticMetricInput
from dbt_semantic_interfaces.type_enums.metric_type import MetricType

from metrics.compiler import expressions
from metrics.compiler.errors import RefusalError
from metrics.compiler.formulas import Column, Derived, Formula, Leaf, Ratio
from metrics.compiler.manifest import ManifestIndex
from metrics.compiler.resolve import filters
from metrics.compiler.resolve.conversion_leaves import ConversionLeaves
from metrics.compiler.resolve.dimensions import DimensionError, Dimensions
from metrics.compiler.resolve.leaves import Leaves, logged
from metrics.compiler.windows import Offset, WindowError


@dataclass(frozen=True)
class Context:
    """What metrics further out say of an inner one: filters, whose they are (``owner``), and of which period it is."""

    conditions: tuple[str, ...] = ()
    owner: str = ""
    offset: Offset | None = None

    def filtered(self, owner: str, conditions: tuple[str, ...]) -> "Context":
        """With the filters of one more metric; the outermost filter names the filtered aggregates."""
        if not conditions:
            return self
        return replace(self, conditions=(*self.conditions, *conditions), owner=self.owner or owner)


class Resolver:
    """Resolves metrics of one manifest."""

    def __init__(self, index: ManifestIndex):
        self._index = index
        self._dimensions = Dimensions(index)
        self._leaves = Leaves(index, self._dimensions)
        self._conversions = ConversionLeaves(index, self._dimensions, self._leaves)

    def formula(self, name: str, context: Context | None = None) -> Formula:
        """The formula of a metric in a context; raises RefusalError."""
        metric = self._index.metrics.get(name)
        if metric is None:
            raise RefusalError(
                name, f"metric {name!r} does not exist; use one of {', '.join(sorted(self._index.metrics))}"
            )
        context = (context or Context()).filtered(name, filters.templates(metric.filter))
        if metric.type is MetricType.SIMPLE:
            return self._leaf(metric, context)
        if metric.type is MetricType.CUMULATIVE:
            return self._cumulative(metric, context)
        if metric.type is MetricType.RATIO:
            return self._ratio(metric, context)
        if metric.type is MetricType.DERIVED:
            return self._derived(metric, context)
        return self._conversions.formula(metric, context.conditions, context.owner, context.offset)

    def slice(self, leaf: Leaf, name: str) -> Column:
        """The column by which a leaf is sliced; raises RefusalError."""
        try:
            column = self._dimensions.slice(self._index.models[leaf.semantic_model], name)
        except (DimensionError, expressions.ExpressionError) as error:
            raise RefusalError(leaf.metric, f"slice {name!r}: {error}", slice_name=name) from error
        return logged(leaf.metric, column)

    def _leaf(self, metric: PydanticMetric, context: Context) -> Leaf:
        return self._leaves.leaf(metric, metric.type_params.measure, context.conditions, context.owner, context.offset)

    def _cumulative(self, metric: PydanticMetric, context: Context) -> Leaf:
        leaf = self._leaf(metric, context)
        if leaf.fact.grain != "day":
            raise RefusalError(metric.name, f"a cumulative metric by {leaf.fact.grain} ({leaf.fact.topic}); use a day")
        if leaf.reading is not None or leaf.approximate:
            raise RefusalError(metric.name, f"a cumulative metric of {leaf.name}, which does not add up over days")
        if filters.on_metric_time(context.conditions):
            raise RefusalError(metric.name, "a filter on metric_time of a cumulative metric")
        return replace(leaf, reading=self._leaves.cumulative(metric))

    def _ratio(self, metric: PydanticMetric, context: Context) -> Ratio:
        numerator, denominator = metric.input_metrics
        return Ratio(self._input(metric, numerator, context), self._input(metric, denominator, context))

    def _derived(self, metric: PydanticMetric, context: Context) -> Derived:
        names = [item.alias or item.name for item in metric.input_metrics]
        for name in names:
            if names.count(name) > 1:
                raise RefusalError(metric.name, f"two inputs of one name, {name!r}; give each an alias of its own")
        inputs = {item.alias or item.name: self._input(metric, item, context) for item in metric.input_metrics}
        try:
            expression = expressions.guard_divisions(expressions.parse(metric.type_params.expr or ""))
        except expressions.ExpressionError as error:
            raise RefusalError(metric.name, f"expr {error}") from error
        for column in expression.find_all(expressions.exp.Column):
            if column.table or column.name not in inputs:
                raise RefusalError(metric.name, f"expr names {column.sql()!r}; use its metrics {', '.join(inputs)}")
        return Derived(expression, inputs)

    def _input(self, metric: PydanticMetric, item: PydanticMetricInput, context: Context) -> Formula:
        inner = context.filtered(f"{metric.name}__{item.alias or item.name}", filters.templates(item.filter))
        return self.formula(item.name, replace(inner, offset=_offset(metric, item, context.offset)))


def _offset(metric: PydanticMetric, item: PydanticMetricInput, outer: Offset | None) -> Offset | None:
    """The offset of an input, on top of that of the metric itself."""
    if item.offset_window is None and item.offset_to_grain is None:
        return outer
    window = item.offset_window
    unit = window.granularity if window else str(item.offset_to_grain)
    try:
        return Offset(unit.removesuffix("s"), window.count if window else 0).after(outer)
    except WindowError as error:
        raise RefusalError(metric.name, f"{item.name}: {error}") from error
