"""From a conversion metric to its formula: the leaf of its conversions, alone or divided by its base."""

from dataclasses import replace

from dbt_semantic_interfaces.implementations.metric import PydanticConversionTypeParams, PydanticMetric
from dbt_semantic_interfaces.type_enums.conversion_calculation_type import ConversionCalculationType

from metrics.compiler import expressions
from metrics.compiler.errors import RefusalError
from metrics.compiler.formulas import Conversion, Leaf, Ratio
from metrics.compiler.keep.conversion import AGGREGATIONS
from metrics.compiler.manifest import ManifestIndex
from metrics.compiler.resolve import filters
from metrics.compiler.resolve.dimensions import DimensionError, Dimensions
from metrics.compiler.resolve.leaves import Leaves
from metrics.compiler.windows import Offset, Window, WindowError


class ConversionLeaves:
    """Builds the formulas of conversion metrics of one manifest."""

    def __init__(self, index: ManifestIndex, dimensions: Dimensions, leaves: Leaves):
        self._index = index
        self._dimensions = dimensions
        self._leaves = leaves

    def formula(
        self, metric: PydanticMetric, conditions: tuple[str, ...], owner: str, offset: Offset | None
    ) -> Leaf | Ratio:
        """The conversions, or their rate, where the base's rows meet conditions that ``owner`` sets.

        Raises RefusalError for what does not add up over days, or is not compared by day.
        """
        params = metric.type_params.conversion_type_params
        if params is None:
            raise RefusalError(metric.name, "conversion_type_params are missing")
        _check_filters(metric, params)
        base = self._leaves.leaf(metric, params.base_measure, conditions, owner, offset)
        converted = self._leaves.leaf(metric, params.conversion_measure, (), "", None)
        if filters.on_metric_time(conditions):
            raise RefusalError(metric.name, "a filter on metric_time of a conversion metric")
        _check(metric, base, converted)
        conversions = replace(
            base,
            words=converted.words,
            agg=converted.agg,
            column=converted.column,
            name=f"{owner}__{metric.name}" if owner not in ("", metric.name) else metric.name,
            fill=converted.fill,
            spine=base.spine or converted.spine,
            reading=self._conversion(metric, params, base, converted),
            approximate=False,
        )
        is_rate = params.calculation is ConversionCalculationType.CONVERSION_RATE
        return Ratio(conversions, base) if is_rate else conversions

    def _conversion(
        self, metric: PydanticMetric, params: PydanticConversionTypeParams, base: Leaf, converted: Leaf
    ) -> Conversion:
        base_model, model = (self._index.models[leaf.semantic_model] for leaf in (base, converted))
        own, entity = self._dimensions.own, self._dimensions.entity
        try:
            return Conversion(
                semantic_model=converted.semantic_model,
                fact=converted.fact,
                key=(entity(base_model, params.entity), entity(model, params.entity)),
                properties=tuple(
                    (own(base_model, same.base_property), own(model, same.conversion_property))
                    for same in params.constant_properties or ()
                ),
                window=_window(params),
            )
        except (DimensionError, expressions.ExpressionError, WindowError) as error:
            raise RefusalError(metric.name, str(error)) from error


def _window(params: PydanticConversionTypeParams) -> Window:
    if params.window is None:
        return Window()
    if params.window.count < 1:
        raise WindowError("a window of nothing; give at least 1 day")
    return Window(params.window.count, params.window.granularity.removesuffix("s"))


def _check_filters(metric: PydanticMetric, params: PydanticConversionTypeParams) -> None:
    """MetricFlow ignores the filters of a conversion metric's measures: none is better than one that is not seen."""
    for given in (params.base_measure, params.conversion_measure):
        if given.filter is not None:
            raise RefusalError(
                metric.name,
                f"a filter on measure {given.name!r} of a conversion metric; filter the metric, by its base's rows",
            )


def _check(metric: PydanticMetric, base: Leaf, converted: Leaf) -> None:
    for leaf in (base, converted):
        if leaf.fact.grain != "day":
            raise RefusalError(metric.name, f"a conversion by {leaf.fact.grain} ({leaf.fact.topic}); use a day")
        if leaf.reading is not None:
            raise RefusalError(metric.name, f"a conversion metric of {leaf.name}, which does not add up over days")
    if converted.agg not in AGGREGATIONS:
        allowed = ", ".join(agg.value for agg in AGGREGATIONS)
        raise RefusalError(
            metric.name, f"conversion measure {converted.name!r} of aggregation {converted.agg.value}; use {allowed}"
        )
