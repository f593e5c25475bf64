"""Formulas as a person would say them."""

from collections.abc import Callable

from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType
from sqlglot import exp

from metrics.compiler import expressions
from metrics.compiler.formulas import Column, Conversion, Cumulative, Derived, Formula, Leaf, Quantile, Ratio, Snapshot

_AGGREGATES = {
    AggregationType.SUM: "sum of",
    AggregationType.COUNT: "number of",
    AggregationType.SUM_BOOLEAN: "number of",
    AggregationType.COUNT_DISTINCT: "number of different",
    AggregationType.AVERAGE: "mean of",
    AggregationType.MIN: "least",
    AggregationType.MAX: "greatest",
    AggregationType.MEDIAN: "median of",
}
_DAYS = {
    "first": "on the first day of the period",
    "last": "on the last day of the period",
    "average": "mean of the days of the period",
}
_SIGNS: dict[type[exp.Expr], str] = {
    exp.Add: "+",
    exp.Sub: "−",
    exp.Mul: "×",
    exp.Div: "÷",
    exp.EQ: "is",
    exp.NEQ: "is not",
    exp.GT: ">",
    exp.GTE: "≥",
    exp.LT: "<",
    exp.LTE: "≤",
    exp.And: "and",
    exp.Or: "or",
}


def in_words(formula: Formula) -> str:
    """``sum of margin ÷ sum of net amount with a cost``."""
    if isinstance(formula, Leaf):
        return _leaf(formula)
    if isinstance(formula, Ratio):
        return f"{_grouped(formula.numerator)} ÷ {_grouped(formula.denominator)}"
    return _derived(formula)


def _leaf(leaf: Leaf) -> str:
    what = f"{_aggregate(leaf)} {_small(leaf.words)}"
    condition = None if isinstance(leaf.reading, Conversion) else leaf.condition
    only = f" ({condition_in_words(condition)} only)" if condition else ""
    return ", ".join([f"{what}{only}", *_days(leaf)])


def _small(words: str) -> str:
    """Words inside a sentence; an acronym keeps its capitals."""
    return words if words[1:2].isupper() else f"{words[:1].lower()}{words[1:]}"


def _aggregate(leaf: Leaf) -> str:
    if isinstance(leaf.reading, Quantile) and leaf.agg is AggregationType.PERCENTILE:
        return f"percentile {leaf.reading.share * 100:g} of"
    words = _AGGREGATES[leaf.agg]
    return f"estimated {words}" if leaf.approximate else words


def _days(leaf: Leaf) -> list[str]:
    """Which days count, where they are not simply those of the period."""
    words: list[str] = []
    if isinstance(leaf.reading, Cumulative):
        words += [_window(leaf.reading), _DAYS[leaf.reading.period_agg]]
    if isinstance(leaf.reading, Snapshot):
        of = " and ".join(_name(column.sql) for column in leaf.reading.groups)
        words.append(_DAYS[leaf.reading.choice] + (f" of each {of}" if of else ""))
    if isinstance(leaf.reading, Conversion):
        words.append(_followed(leaf, leaf.reading))
    if leaf.offset is not None:
        count, unit = leaf.offset.count, leaf.offset.unit
        before = f"{count} {unit}{'s' * (count > 1)} before" if count else f"of the first day of its {unit}"
        words.append(before)
    return words


def _window(reading: Cumulative) -> str:
    window = reading.window
    if window.is_all_time:
        return "from the beginning to each day"
    if window.is_to_date:
        return f"from the start of the {window.unit} to each day"
    return f"of the last {window.words} up to each day"


def _followed(leaf: Leaf, conversion: Conversion) -> str:
    """Of what the rows follow: ``within 7 days of one of the visits of the same customer``."""
    window = "ever after" if conversion.window.is_all_time else f"within {conversion.window.words} of"
    base = leaf.semantic_model.replace("_", " ")
    only = f" ({condition_in_words(leaf.condition)} only)" if leaf.condition else ""
    same = " and ".join(_name(ours.sql).removesuffix(" id") for ours, _ in (conversion.key, *conversion.properties))
    return f"{window} {base}{only} of the same {same}"


def _grouped(formula: Formula) -> str:
    words = in_words(formula)
    return words if isinstance(formula, Leaf) and not _days(formula) else f"({words})"


def _derived(formula: Derived) -> str:
    parts = {name: _grouped(part) for name, part in formula.inputs.items()}
    return _said(formula.expression, lambda column: parts[column.name])


def condition_in_words(condition: Column) -> str:
    """``paid channel and country is ES`` for ``orders.is_paid_channel and orders.country = 'ES'``."""
    return _said(expressions.parse(condition.sql), lambda column: _name(column.name))


def _name(column: str) -> str:
    """A column as it is called: ``orders.is_paid_channel`` is ``paid channel``."""
    return column.rsplit(".", 1)[-1].removeprefix("is_").replace("_", " ")


def _said(node: exp.Expr, column: Callable[[exp.Column], str]) -> str:
    """An expression with every column as ``column`` says it; SQL for what has no plain words."""

    def say(inner: exp.Expr) -> str:
        return _said(inner, column)

    if isinstance(node, exp.Column):
        return column(node)
    if isinstance(node, exp.Paren) or _is_guard(node):
        inner = say(node.this)
        return f"({inner})" if isinstance(node.this, exp.Binary) else inner
    if isinstance(node, exp.Literal):
        return node.name
    if isinstance(node, exp.Cast):
        return say(node.this)
    if isinstance(node, exp.Not):
        return f"not {say(node.this)}"
    if isinstance(node, exp.In):
        return f"{say(node.this)} is {' or '.join(say(item) for item in node.expressions)}"
    if isinstance(node, exp.Binary) and type(node) in _SIGNS:
        return f"{say(node.left)} {_SIGNS[type(node)]} {say(node.right)}"
    return expressions.to_sql(expressions.replace_columns(node, lambda name: f'"{column(exp.column(name))}"'))


def _is_guard(node: exp.Expr) -> bool:
    """True for ``nullif(x, 0)`` and ``coalesce(x, 0)``, which only keep a number from failing."""
    if isinstance(node, exp.Nullif):
        return node.expression.name == "0"
    return isinstance(node, exp.Coalesce) and [item.name for item in node.expressions] == ["0"]
