"""Conversions: rows of a second fact, each credited to the latest row of the first that it follows."""

from typing import ClassVar

from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType

from metrics.compiler.formulas import Conversion, Leaf
from metrics.compiler.keep.sources import PRESENT, Sliced, Source

AGGREGATIONS = {
    AggregationType.COUNT: "count(amount)",
    AggregationType.SUM_BOOLEAN: "count(case when amount then 1 end)",
    AggregationType.SUM: "sum(amount)",
}


class ConversionState(Source, Sliced):
    """What the conversions come to that are credited to a day's base rows, per base day and slice value.

    ``fact``, ``condition`` and the slices are the base's; ``converted`` is the fact of the conversions. ``pairs`` are
    what is equal on both sides: (base's column, conversion's column).
    """

    join = "left"
    value: ClassVar[str] = "conversions"

    def __init__(self, leaf: Leaf, conversion: Conversion, name: str):
        Sliced.__init__(self, leaf.fact, leaf.condition.joins if leaf.condition else ())
        self.condition = leaf.condition
        self.converted = Sliced(conversion.fact)
        self.pairs = (conversion.key, *conversion.properties)
        self.window = conversion.window
        self.amount = leaf.column
        self.aggregate = AGGREGATIONS[leaf.agg]
        self.name = name

    @property
    def model(self) -> str:
        """Name of the dbt model."""
        return f"conversion_{self.name}"

    @property
    def cte(self) -> str:
        """Name under which its periods are read."""
        return f"{self.name}__converted"

    @property
    def columns(self) -> dict[str, str]:
        """The conversions of a period's base rows, NULL where there are none."""
        return {self.value: f"sum(state.{self.value})", PRESENT: f"sum(state.{PRESENT})"}
