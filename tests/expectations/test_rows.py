"""Row rules: which rows break them and what is said of each, one rule kind after another."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from expectations.columns import Column
from expectations.frames import frame
from expectations.gx import expectation, unexpected
from expectations.rows import broken_rows
from expectations.suite import EMPTY, Rule, Suite, SuiteError
from expectations.vocabulary import EXPECTATIONS

pytestmark = pytest.mark.fast

NOW = datetime(2026, 10, 1, 12)
BETWEEN, IN_SET, REGEX, NOT_NULL = (
    f"expect_column_values_to_{name}" for name in ("be_between", "be_in_set", "match_regex", "not_be_null")
)
GREATER = "expect_column_pair_values_a_to_be_greater_than_b"
MONEY = pa.decimal128(18, 6)
ROWS = pa.table(
    {
        "id": ["O1", "x1", None, "O4"],
        "status": ["open", "closed", "shut", None],
        "net": pa.array([Decimal("1"), Decimal("-3.50"), None, Decimal("90.10")], MONEY),
        "gross": pa.array([Decimal("1"), Decimal("3"), None, Decimal("100.10")], MONEY),
        "discount": pa.array([Decimal("0"), Decimal("0"), None, Decimal("10")], MONEY),
        "kind": ["csat", "csat", "nps", "nps"],
        "score": pa.array([6, 5, 11, None], pa.int64()),
        "day": pa.array([date(2026, 10, 2), date(1999, 1, 1), date(2027, 1, 1), None]),
        "opened": pa.array(
            [datetime(2026, 1, 1), datetime(2026, 1, 2), None, datetime(2026, 1, 1)], pa.timestamp("us")
        ),
        "closed": pa.array([datetime(2026, 1, 1), datetime(2026, 1, 1), None, None], pa.timestamp("us")),
        "answered": pa.array([True, False, None, True]),
    }
)


def broken(name: str, columns: tuple[Column, ...] = (), computed: dict[str, str] | None = None, **kwargs: Any):
    suite = Suite(rows=(Rule("rule", name, kwargs),), computed=computed or {})
    found = broken_rows(ROWS, suite, columns, NOW)
    return [(row, text) for one in found for row, text in zip(one.positions, one.messages, strict=True)]


@pytest.mark.parametrize(
    ("name", "kwargs", "wrong"),
    [
        (NOT_NULL, {"column": "id"}, [(2, "id: is empty")]),
        ("expect_column_values_to_be_null", {"column": "closed"}, [0, 1]),
        (IN_SET, {"column": "status", "value_set": ["open", "closed"]},
         [(2, "status: 'shut' is not one of open, closed")]),
        ("expect_column_values_to_not_be_in_set", {"column": "status", "value_set": ["shut"]}, [2]),
        (IN_SET, {"column": "answered", "value_set": [True]}, [1]),
        (IN_SET, {"column": "score", "value_set": [5, 6]}, [2]),
        (REGEX, {"column": "id", "regex": r"^O\d$"}, [(1, r"id: 'x1' is not like ^O\d$")]),
        ("expect_column_values_to_not_match_regex", {"column": "id", "regex": "^x"}, [1]),
        ("expect_column_value_lengths_to_be_between", {"column": "status", "min_value": 5}, [0, 2]),
        (BETWEEN, {"column": "net", "min_value": 0}, [(1, "net: -3.5 is not at least 0")]),
        (BETWEEN, {"column": "net", "min_value": 1, "strict_min": True}, [0, 1]),
        (BETWEEN, {"column": "score", "min_value": 0, "max_value": 10},
         [(2, "score: 11 is not at least 0 and at most 10")]),
        (BETWEEN, {"column": "score", "max_value": 5, "row_condition": 'kind == "csat"'},
         [(0, "score: 6 is not at most 5")]),
        (NOT_NULL, {"column": "score", "row_condition": "answered == True"}, [3]),
        (BETWEEN, {"column": "day", "min_value": date(2000, 1, 1)},
         [(1, "day: 1999-01-01 is not at least 2000-01-01")]),
        (BETWEEN, {"column": "day", "max_value": "now + 1d"}, [(2, "day: 2027-01-01 is not at most now + 1d")]),
        (BETWEEN, {"column": "day", "max_value": "now"}, [0, 2]),
        (BETWEEN, {"column": "opened", "max_value": "now - 6552h"}, [1]),
        (
            GREATER,
            {"column_A": "closed", "column_B": "opened", "or_equal": True},
            [(1, "closed: 2026-01-01 00:00:00 is not at least opened 2026-01-02 00:00:00")],
        ),
        (GREATER, {"column_A": "closed", "column_B": "opened"}, [0, 1]),
        ("expect_column_pair_values_to_be_equal", {"column_A": "net", "column_B": "gross"}, [1, 3]),
    ],
)  # fmt: skip
def test_a_rule_finds_its_rows_and_says_why(name, kwargs, wrong):
    found = broken(name, **kwargs)
    assert [row for row, _ in found] == [one if isinstance(one, int) else one[0] for one in wrong]
    assert [text for one, (_, text) in zip(wrong, found, strict=True) if not isinstance(one, int)] == [
        one[1] for one in wrong if not isinstance(one, int)
    ]


def test_null_breaks_no_rule_but_the_one_that_forbids_it():
    nulls = ROWS.slice(0, 0).append_column("x", pa.array([], pa.string()))
    nulls = pa.table({name: pa.nulls(3, nulls.schema.field(name).type) for name in ROWS.column_names})
    rules = [
        Rule("set", IN_SET, {"column": "status", "value_set": ["open"]}),
        Rule("pattern", REGEX, {"column": "id", "regex": "^O"}),
        Rule("number", BETWEEN, {"column": "net", "min_value": 0}),
        Rule("time", BETWEEN, {"column": "opened", "max_value": "now"}),
        Rule("pair", GREATER, {"column_A": "net", "column_B": "gross"}),
        Rule("flag", IN_SET, {"column": "answered", "value_set": [True]}),
        Rule("there", NOT_NULL, {"column": "id"}),
    ]
    assert [(one.rule, one.positions) for one in broken_rows(nulls, Suite(rows=tuple(rules)), (), NOW)] == [
        ("there", (0, 1, 2))
    ]


def test_money_is_compared_exactly():
    assert broken(BETWEEN, computed={"off": "net - (gross - discount)"}, column="off", min_value=0, max_value=0) == [
        (1, "net - (gross - discount): -6.5 is not 0")
    ]


def test_personal_data_is_never_told():
    person = (Column("status", "string", pii=True),)
    (_, told), *_ = broken(IN_SET, person, column="status", value_set=["open", "closed"])
    assert "shut" not in told
    computed = {"shouted": "upper(status)"}
    (_, told), *_ = broken(IN_SET, person, computed, column="shouted", value_set=["OPEN", "CLOSED"])
    assert "SHUT" not in told


def test_rules_are_told_in_their_order_and_kept_ones_are_absent():
    rules = (
        Rule("second", BETWEEN, {"column": "net", "min_value": 0}),
        Rule("kept", BETWEEN, {"column": "net", "min_value": -100}),
        Rule("first", NOT_NULL, {"column": "net"}),
    )
    assert [one.rule for one in broken_rows(ROWS, Suite(rows=rules), (), NOW)] == ["second", "first"]


def test_no_rules_and_no_rows_break_nothing():
    assert broken_rows(ROWS, EMPTY, (), NOW) == []
    assert broken_rows(ROWS.slice(0, 0), Suite(rows=(Rule("a", NOT_NULL, {"column": "id"}),)), (), NOW) == []


@pytest.mark.parametrize(
    ("name", "kwargs", "computed"),
    [
        (BETWEEN, {"column": "id", "min_value": 1}, {}),
        (NOT_NULL, {"column": "absent"}, {}),
        (BETWEEN, {"column": "score", "max_value": 5, "row_condition": "kind === 1"}, {}),
        (BETWEEN, {"column": "score"}, {}),
    ],
)
def test_a_rule_that_cannot_be_judged_is_an_error_of_the_suite(name, kwargs, computed):
    with pytest.raises(SuiteError, match=r"^rule: "):
        broken(name, (), computed, **kwargs)


def test_sql_that_fails_is_an_error_that_names_the_computed_column():
    with pytest.raises(SuiteError, match=r"^off: nett - gross: "):
        broken(NOT_NULL, computed={"off": "nett - gross"}, column="off")


def test_one_bad_rule_does_not_hide_behind_good_ones():
    rules = (Rule("good", NOT_NULL, {"column": "id"}), Rule("bad", BETWEEN, {"column": "id", "min_value": 1}))
    with pytest.raises(SuiteError, match=r"^bad: "):
        broken_rows(ROWS, Suite(rows=rules), (), NOW)


def test_every_expectation_takes_what_the_library_says_it_takes():
    import great_expectations.expectations as known

    for name, described in EXPECTATIONS.items():
        kind = getattr(known, "".join(word.capitalize() for word in name.split("_")))
        assert set(described.allowed) <= set(kind.__fields__), name
        assert kind.map_metric, name


def test_validating_a_whole_suite_with_the_library_finds_the_same_rows():
    """We ask for one metric per rule; this is the library's documented way, and the answer must not differ."""
    import great_expectations as gx

    rules = [
        Rule("a", NOT_NULL, {"column": "id"}),
        Rule("b", IN_SET, {"column": "status", "value_set": ["open"]}),
        Rule("c", REGEX, {"column": "id", "regex": r"^O\d$"}),
        Rule("d", BETWEEN, {"column": "score", "max_value": 5, "row_condition": 'kind == "csat"'}),
        Rule("e", GREATER, {"column_A": "closed", "column_B": "opened"}),
        Rule("f", "expect_column_pair_values_to_be_equal", {"column_A": "net", "column_B": "gross"}),
        Rule("g", "expect_column_value_lengths_to_be_between", {"column": "status", "min_value": 5}),
        Rule("h", "expect_column_values_to_be_null", {"column": "closed"}),
        Rule("i", "expect_column_values_to_not_match_regex", {"column": "id", "regex": "^x"}),
        Rule("j", "expect_column_values_to_not_be_in_set", {"column": "status", "value_set": ["shut"]}),
    ]
    assert {rule.expectation for rule in rules} == set(EXPECTATIONS)
    data = frame(ROWS, ROWS.column_names)
    asset = gx.get_context(mode="ephemeral").data_sources.add_pandas("frames").add_dataframe_asset("frame")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": data})
    for rule in rules:
        result = batch.validate(
            expectation(rule, rule.kwargs),
            result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False},
        )
        assert unexpected(data, [(rule, rule.kwargs)])[rule.name] == result.result["unexpected_index_list"], rule
