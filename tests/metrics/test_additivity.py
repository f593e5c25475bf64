"""Which formulas of derived metrics are quotients whose parts add up over slices."""

import pytest
from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType

from metrics.compiler.additivity import quotient
from metrics.compiler.expressions import guard_divisions, parse, to_sql
from metrics.compiler.formulas import Column, Derived, Fact, Leaf, Ratio

pytestmark = pytest.mark.fast


def leaf(name: str, agg: AggregationType = AggregationType.SUM) -> Leaf:
    return Leaf(name, name, "sales", Fact("fct_sales", "day"), agg, Column(name), None, name, None, False)


def parts(text: str, **inputs) -> tuple[str, ...] | None:
    """What is divided by what, as SQL."""
    expression = guard_divisions(parse(text))
    given = {column.name: leaf(column.name) for column in expression.find_all(type(parse("a")))}
    found = quotient(Derived(expression, given | inputs))
    return found and tuple(to_sql(part) for part in found)


@pytest.mark.parametrize(
    ("text", "above", "below"),
    [
        ("(margin - cost) / cost", "margin - cost", "cost"),
        ("100 * (good - bad) / nullif(asked, 0)", "100 * (good - bad)", "asked"),
        ("(margin / base) / nullif(left_us / nullif(base, 0), 0)", "margin", "left_us"),
        ("(a / 100) / b", "a / 100", "b"),
    ],
)
def test_a_quotient_of_sums_is_taken_apart_and_a_divisor_of_both_is_cancelled(text, above, below):
    assert parts(text) == (above, below)


@pytest.mark.parametrize(
    "text", ["a - b", "a / b / c", "(a / b) / (c / d)", "(a + 1) / b", "a * b / c", "100 * (a / b)"]
)
def test_what_does_not_divide_sums_has_no_parts(text):
    assert parts(text) is None


def test_a_part_that_is_a_ratio_a_mean_or_a_median_does_not_add_up():
    assert parts("a / b", a=Ratio(leaf("x"), leaf("y"))) is None
    assert parts("a / b", a=leaf("a", AggregationType.AVERAGE)) is None
    assert parts("a / b", b=leaf("b", AggregationType.MEDIAN)) is None
    assert parts("a / b", b=leaf("b", AggregationType.COUNT_DISTINCT)) == ("a", "b")
