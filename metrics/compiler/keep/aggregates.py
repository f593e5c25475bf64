"""The aggregates of a day from which a measure's value for any period is finished."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType

from metrics.compiler.formulas import Column, Leaf, Quantile


@dataclass(frozen=True)
class Aggregate:
    """A column of a state: ``sql`` over a day's rows, ``empty`` without any, ``merge`` over days (``{}`` is it)."""

    name: str
    sql: str
    merge: str = "sum({})"
    empty: str = "0"


def add(kept: dict[str, Aggregate], aggregate: Aggregate) -> str:
    """The column of an aggregate among ``kept``, which it joins if it is new; a taken name gets a number."""
    name = aggregate.name
    while kept.setdefault(name, replace(aggregate, name=name)) != replace(aggregate, name=name):
        name = f"{aggregate.name}_{len(kept) + 1}"
    return name


class Inputs(Protocol):
    """Where the expressions that aggregates read are kept."""

    def input(self, name: str, sql: str, *columns: Column) -> str:
        """The name under which an expression over the fact is read."""
        ...


Read = Callable[[Aggregate], str]


def value(inputs: Inputs, leaf: Leaf, read: Read) -> str:
    """SQL of the leaf's value over the aggregates, each as ``read`` gives it."""
    name = _measured(inputs, leaf)
    if leaf.approximate:
        return read(_approximate(name))
    if isinstance(leaf.reading, Quantile):
        return read(_quantile(name, leaf.reading))
    if leaf.agg is AggregationType.COUNT:
        return read(Aggregate(f"{name}_count", f"count({name})"))
    if leaf.agg is AggregationType.SUM_BOOLEAN:
        return read(Aggregate(f"{name}_count", f"count(case when {name} then 1 end)"))
    if leaf.agg is AggregationType.AVERAGE:
        return f"cast({total(inputs, leaf, read)} as double) / nullif({rows(inputs, leaf, read)}, 0)"
    if leaf.agg in (AggregationType.MIN, AggregationType.MAX):
        function = leaf.agg.value
        return read(Aggregate(f"{name}_{function}", f"{function}({name})", merge=f"{function}({{}})", empty="null"))
    return total(inputs, leaf, read)


def total(inputs: Inputs, leaf: Leaf, read: Read) -> str:
    """SQL of the sum of a leaf's column."""
    name = _measured(inputs, leaf)
    return read(Aggregate(f"{name}_sum", f"sum({name})", empty="null"))


def rows(inputs: Inputs, leaf: Leaf, read: Read) -> str:
    """SQL of the number of non-null rows that a leaf aggregates."""
    name = _measured(inputs, leaf)
    suffix = "count" if leaf.agg is AggregationType.COUNT else "rows"
    return read(Aggregate(f"{name}_{suffix}", f"count({name})"))


def present(inputs: Inputs, leaf: Leaf, read: Read) -> str:
    """SQL of the number of rows that pass the leaf's filters."""
    if leaf.condition is None:
        return read(ROW_COUNT)
    passes = inputs.input(f"{leaf.name}__passes", leaf.condition.sql, leaf.condition)
    return read(Aggregate(passes.replace("__passes", "__present"), f"count(case when {passes} then 1 end)"))


ROW_COUNT = Aggregate("row_count", "count(*)")


def _approximate(name: str) -> Aggregate:
    """A sketch of the different values: such states merge, and are finished when merged."""
    sql = f"approx_count_distinct({name}) export_state"
    return Aggregate(f"{name}_sketch", sql, merge="finalize(combine_aggr({}))", empty="null")


def _quantile(name: str, quantile: Quantile) -> Aggregate:
    function = "quantile_disc" if quantile.discrete else "quantile_cont"
    kind = "discrete_p" if quantile.discrete else "p"
    percent = f"{100 * quantile.share:g}".replace(".", "_")
    return Aggregate(f"{name}_{kind}{percent}", f"{function}(cast({name} as double), {quantile.share!r})", empty="null")


def _measured(inputs: Inputs, leaf: Leaf) -> str:
    """The leaf's column as the fact's CTE gives it: NULL for rows that a filter drops."""
    if leaf.condition is None:
        return inputs.input(leaf.name, leaf.column.sql, leaf.column)
    sql = f"case when {leaf.condition.sql} then {leaf.column.sql} end"
    return inputs.input(leaf.name, sql, leaf.column, leaf.condition)
