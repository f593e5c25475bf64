"""Only scalar expressions of columns get into generated SQL."""

import duckdb
import pytest

from metrics.compiler import expressions
from metrics.compiler.expressions import ExpressionError
from metrics.compiler.write.literals import names, text

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("net_amount", "f.net_amount"),
        ("1", "1"),
        ("f.a + b", "f.a + f.b"),
        ("CASE WHEN a > 0 THEN 'Yes' END", "case when f.a > 0 then 'Yes' end"),
        ("a::date -- a comment", "cast(f.a as date)"),
        ("coalesce(a, 0) >= 3 and b is not null", "coalesce(f.a, 0) >= 3 and not f.b is null"),
        ("kind in ('a', 'b')", "f.kind in ('a', 'b')"),
        ("date_diff('day', a, b)", "date_diff('DAY', f.a, f.b)"),
    ],
)
def test_scalar_expressions_are_qualified(given, written):
    assert expressions.to_sql(expressions.qualify(expressions.parse(given), "f")) == written


@pytest.mark.parametrize(
    "given",
    [
        "", "a; drop table x", "drop table x", "select 1", "(select max(a) from t)", "a in (select 1)", "sum(a)",
        "count(*)", "a as b", "a b", "row_number() over ()", "read_csv('x')", "getenv('HOME')", "now()",
        "current_timestamp", "?", "$1", "*", "a) from x --", "other.a", "unnest([1, 2])", "random()",
        "'{{ ref(1) }}'", "a = '{% set x %}'",
    ],
)  # fmt: skip
def test_anything_else_is_refused(given):
    with pytest.raises(ExpressionError):
        expressions.to_sql(expressions.qualify(expressions.parse(given), "f"))


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("a / b", "a / nullif(b, 0)"),
        ("a / nullif(b, 0)", "a / nullif(b, 0)"),
        ("a / 7", "a / 7"),
        ("a / (b - c)", "a / nullif(b - c, 0)"),
        ("(a / b) / (c / d)", "(a / nullif(b, 0)) / nullif(c / nullif(d, 0), 0)"),
        ("a / 0", "a / nullif(0, 0)"),
    ],
)
def test_divisors_are_guarded(given, written):
    assert expressions.to_sql(expressions.guard_divisions(expressions.parse(given))) == written


@pytest.mark.parametrize("value", ["it's", "{{ x }}", "{% x %}", "a {# b #} c", "'; drop table x; --", "100 %}"])
def test_texts_survive_jinja_and_sql(value):
    import jinja2

    rendered = jinja2.Environment().from_string(f"select {text(value)}, {names([])}").render()
    assert duckdb.connect().execute(rendered).fetchone() == (value, "")
