"""Which formulas add up over days."""

from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType
from sqlglot import exp

from metrics.compiler.formulas import Formula, Leaf, Ratio

_SUMS = (AggregationType.SUM, AggregationType.COUNT, AggregationType.SUM_BOOLEAN)
_LINEAR = (exp.Add, exp.Sub, exp.Paren, exp.Neg, exp.Column, exp.Identifier)


def adds_up(formula: Formula) -> bool:
    """Whether the value of a period is the sum of its days': a sum or count over rows, or such added and subtracted."""
    if isinstance(formula, Ratio):
        return False
    if isinstance(formula, Leaf):
        return formula.agg in _SUMS and formula.reading is None and formula.offset is None and _is_daily(formula)
    linear = all(isinstance(node, _LINEAR) for node in formula.expression.walk())
    return linear and all(adds_up(part) for part in formula.inputs.values())


def _is_daily(leaf: Leaf) -> bool:
    """A fact of months, say, has nothing on any day but one."""
    return leaf.fact.grain == "day"
