"""What is wrong with a row, in words: the value that breaks a rule, and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from expectations.suite import Rule

HIDDEN = "•••"
LONGEST_VALUE = 80


def text(value: object) -> str:
    """A value as a person would write it."""
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, datetime | date):
        return str(value)
    shown = repr(value)
    return shown if len(shown) <= LONGEST_VALUE else shown[:LONGEST_VALUE] + "…"


def message(rule: Rule, values: Mapping[str, object], computed: Mapping[str, str], masked: frozenset[str]) -> str:
    """What one row has and what the rule allows; ``values`` are those of the columns that the rule names."""
    one, other = (rule.kwargs.get(name) for name in ("column_A", "column_B"))
    if other is None:
        column = rule.kwargs["column"]
        if rule.expectation.endswith("_to_not_be_null"):
            return f"{_named(column, computed)}: is empty"
        return f"{_with_value(column, values, computed, masked)} is not {allowed(rule)}"
    relation = "equal to" if rule.expectation.endswith("_to_be_equal") else "more than"
    relation = "at least" if rule.kwargs.get("or_equal") else relation
    second = _with_value(other, values, computed, masked).replace(": ", " ", 1)
    return f"{_with_value(one or '', values, computed, masked)} is not {relation} {second}"


def _with_value(column: str, values: Mapping[str, object], computed: Mapping[str, str], masked: frozenset[str]) -> str:
    return f"{_named(column, computed)}: {HIDDEN if column in masked else text(values[column])}"


def _named(column: str, computed: Mapping[str, str]) -> str:
    """A computed column is told by what it computes."""
    return computed.get(column, column)


def allowed(rule: Rule) -> str:
    """What a rule about one column allows, such as `at least 0 and at most 10`."""
    kwargs = rule.kwargs
    if "value_set" in kwargs:
        none_of = "not_be_in_set" in rule.expectation
        return f"{'other than' if none_of else 'one of'} {', '.join(map(str, kwargs['value_set']))}"
    if "regex" in kwargs:
        return f"{'free of' if 'not_match' in rule.expectation else 'like'} {kwargs['regex']}"
    if rule.expectation.endswith("_to_be_null"):
        return "empty"
    limits = _bounds(kwargs)
    return f"{limits} characters long" if "lengths" in rule.expectation else limits


def _bounds(kwargs: Mapping[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is not None and low == high:
        return str(low)
    found: Sequence[str] = [
        f"{'more than' if kwargs.get('strict_min') else 'at least'} {low}" if low is not None else "",
        f"{'less than' if kwargs.get('strict_max') else 'at most'} {high}" if high is not None else "",
    ]
    return " and ".join(part for part in found if part)
