"""Formulas as plain SQL over the fact, for people to read and for the fingerprint of a definition."""

from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType

from metrics.compiler import expressions
from metrics.compiler.formulas import Conversion, Cumulative, Derived, Formula, Leaf, Quantile, Ratio, Snapshot
from metrics.compiler.windows import Offset, Window


def in_sql(formula: Formula) -> str:
    """The formula as SQL over the rows of a period, such as ``sum(f.a) / nullif(count(f.b), 0)``."""
    if isinstance(formula, Leaf):
        return _leaf_sql(formula)
    if isinstance(formula, Ratio):
        return f"cast({in_sql(formula.numerator)} as double) / nullif(cast({in_sql(formula.denominator)} as double), 0)"
    return _derived_sql(formula)


def _read(leaf: Leaf) -> str:
    """Over which days, and of which period, where that is not the period itself."""
    words = ""
    if isinstance(leaf.reading, Conversion):
        words = _followed(leaf, leaf.reading)
    if isinstance(leaf.reading, Cumulative):
        words = f" over {_named(leaf.reading.window)}, {leaf.reading.period_agg} day of the period"
    if isinstance(leaf.reading, Snapshot):
        each = " of each " + ", ".join(column.sql for column in leaf.reading.groups) if leaf.reading.groups else ""
        words = f" on the {leaf.reading.choice} day of the period{each}"
    return words if leaf.offset is None else f"{words} ({_named(leaf.offset)})"


def _named(span: Window | Offset) -> str:
    return span.name.replace("_", " ")


def _followed(leaf: Leaf, conversion: Conversion) -> str:
    """Which row each conversion is credited to."""
    same = " and ".join(f"{ours.sql} = {theirs.sql}" for ours, theirs in (conversion.key, *conversion.properties))
    meets = f" and {leaf.condition.sql}" if leaf.condition else ""
    return (
        f" by {conversion.fact.model}.{conversion.fact.day} within {_named(conversion.window)} from the latest "
        f"{leaf.fact.model}.{leaf.fact.day} with {same}{meets}"
    )


def _leaf_sql(leaf: Leaf) -> str:
    column = leaf.column.sql
    distinct = "approx_count_distinct(" if leaf.approximate else "count(distinct "
    sql = {
        AggregationType.SUM_BOOLEAN: f"count(case when {column} then 1 end)",
        AggregationType.COUNT_DISTINCT: f"{distinct}{column})",
        AggregationType.AVERAGE: f"avg({column})",
    }.get(leaf.agg, f"{leaf.agg.value}({column})")
    if isinstance(leaf.reading, Quantile):
        sql = f"{'quantile_disc' if leaf.reading.discrete else 'quantile_cont'}({column}, {leaf.reading.share!r})"
    if leaf.condition is not None and not isinstance(leaf.reading, Conversion):
        sql = f"{sql} filter (where {leaf.condition.sql})"
    sql = f"{sql}{_read(leaf)}"
    return f"coalesce({sql}, {leaf.fill})" if leaf.fill is not None else sql


def _derived_sql(formula: Derived) -> str:
    return (
        expressions.to_sql(formula.expression)
        + " with "
        + ", ".join(f"{name} = {in_sql(part)}" for name, part in formula.inputs.items())
    )
