"""Rules on one-row profiles: what passes, what fails, what is not judged."""

import pytest

from expectations.one_row import judge, judge_all
from expectations.suite import Rule, SuiteError

pytestmark = pytest.mark.fast


def rule(column: str, if_rows: int = 0, **bounds) -> Rule:
    return Rule("rule", "expect_column_values_to_be_between", {"column": column, **bounds}, if_rows=if_rows)


@pytest.mark.parametrize(
    ("row", "one", "passed", "observed"),
    [
        ({"rows": 0}, rule("rows", min_value=1), False, "rows: 0, allowed at least 1"),
        ({"rows": 12_345}, rule("rows", min_value=1), True, "rows: 12,345, allowed at least 1"),
        ({"rows": 9, "x": 0.25}, rule("x", max_value=0.2), False, "x: 0.25, allowed at most 0.2"),
        ({"rows": 9, "x": None}, rule("x", max_value=0.2), True, "x: nothing to compare with yet"),
        ({"rows": 9, "x": 1.0}, rule("x", 10, max_value=0.2), True, "x: not judged below 10 rows (9)"),
        ({"rows": 10, "x": 1.0}, rule("x", 10, max_value=0.2), False, "x: 1, allowed at most 0.2"),
        (
            {"rows": 99, "past_rows": 9.0, "x": 1.0},
            rule("x", 10, max_value=0.2),
            True,
            "x: not judged below 10 rows (9)",
        ),
        (
            {"rows": 1, "past_rows": 99.0, "rows_per_day_ratio": 0.01},
            rule("rows_per_day_ratio", 10, min_value=0.5),
            False,
            "rows_per_day_ratio: 0.01, allowed at least 0.5",
        ),
    ],
)
def test_a_verdict(row, one, passed, observed):
    (verdict,) = judge(row, [one])
    assert (verdict.rule, verdict.passed, verdict.observed) == (one, passed, observed)


def test_a_column_that_the_row_lacks_is_an_error_of_the_suite():
    with pytest.raises(SuiteError, match=r"^rule: column 'late' is not in the profile; use one of rows, late_share$"):
        judge({"rows": 1, "late_share": 0.0}, [rule("late", max_value=1)])


def test_many_rows_are_judged_as_one_by_one():
    rules = [
        rule("rows", min_value=10),
        Rule("other", "expect_column_values_to_be_between", {"column": "x", "max_value": 1}, if_rows=5),
    ]
    rows = [{"rows": n, "x": x} for n in (1, 5, 50) for x in (None, 0.5, 2.0)]
    assert judge_all(rows, rules) == [judge(row, rules) for row in rows]


def test_verdicts_keep_the_order_of_the_rules():
    rules = [Rule(name, "expect_column_values_to_be_between", {"column": "rows", "min_value": 5}) for name in "cab"]
    assert [(v.rule.name, v.passed) for v in judge({"rows": 1}, rules)] == [("c", False), ("a", False), ("b", False)]
    assert judge({"rows": 1}, []) == []
