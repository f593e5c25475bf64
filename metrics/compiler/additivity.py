"""Which formulas add up: over days, and as the parts of a quotient."""

from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType
from sqlglot import exp

from metrics.compiler.formulas import Derived, Formula, Leaf, Ratio

_SUMS = (AggregationType.SUM, AggregationType.COUNT, AggregationType.SUM_BOOLEAN)


def adds_up(formula: Formula) -> bool:
    """Whether the value of a period is the sum of its days': a sum or count over rows, or such added and subtracted."""
    if isinstance(formula, Ratio):
        return False
    if isinstance(formula, Leaf):
        return formula.agg in _SUMS and formula.reading is None and formula.offset is None and _is_daily(formula)
    return is_linear(formula.expression) and all(adds_up(part) for part in formula.inputs.values())


def is_linear(expression: exp.Expr) -> bool:
    """Whether an expression adds and subtracts columns, each times a number at most."""
    node = expression.unnest()
    if isinstance(node, exp.Add | exp.Sub):
        return is_linear(node.this) and is_linear(node.expression)
    if isinstance(node, exp.Mul):
        factors = sorted((node.this, node.expression), key=_is_number)
        return is_linear(factors[0]) and _is_number(factors[1])
    if isinstance(node, exp.Div):
        return is_linear(node.this) and _is_number(node.expression)
    return is_linear(node.this) if isinstance(node, exp.Neg) else isinstance(node, exp.Column)


def quotient(formula: Derived) -> tuple[exp.Expr, exp.Expr] | None:
    """What a derived metric divides by what, if both are sums or counts, or such added and subtracted.

    A divisor that both have is cancelled: of ``(a / b) / (c / b)`` it is a and c, which add up over slices as a / b
    and c / b do not.
    """
    node = formula.expression.unnest()
    if not isinstance(node, exp.Div):
        return None
    above, below = node.this.unnest(), _divisor(node)
    if isinstance(above, exp.Div) and isinstance(below, exp.Div) and _divisor(above) == _divisor(below):
        above, below = above.this, below.this
    is_quotient = is_linear(above) and is_linear(below) and all(map(_is_sum, formula.inputs.values()))
    return (above, below) if is_quotient else None


def _divisor(node: exp.Div) -> exp.Expr:
    divisor = node.expression.unnest()
    return divisor.this.unnest() if isinstance(divisor, exp.Nullif) else divisor


def _is_sum(formula: Formula) -> bool:
    if isinstance(formula, Leaf):
        return formula.agg in (*_SUMS, AggregationType.COUNT_DISTINCT)
    return isinstance(formula, Derived) and is_linear(formula.expression) and all(map(_is_sum, formula.inputs.values()))


def _is_number(expression: exp.Expr) -> bool:
    inner = expression.unnest()
    return isinstance(inner, exp.Literal) and inner.is_number


def _is_daily(leaf: Leaf) -> bool:
    """A fact of months, say, has nothing on any day but one."""
    return leaf.fact.grain == "day"
