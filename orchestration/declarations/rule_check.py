"""Checks the arguments of one expectation of a suite file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.placeholders import is_moving
from expectations.vocabulary import EXPECTATIONS, NUMBERS
from orchestration.declarations.yaml_check import Checker, Where, listed

BOUNDS = ("min_value", "max_value")
FLAGS = ("strict_min", "strict_max", "or_equal")


def check_arguments(
    check: Checker, where: Where, name: str, value: Any, types: Mapping[str, str], *, profile: bool
) -> dict[str, Any]:
    """The arguments of a known expectation; ``types`` of the columns that it may name, ``profile`` says one row."""
    expectation = EXPECTATIONS[name]
    allowed = expectation.allowed[:-1] if profile else expectation.allowed
    kwargs = check.fields(where, value, allowed)
    if profile and expectation.columns != ("column",):
        check.error(where, "compares two columns, which only rows can; use an expectation about one column")
        return {}
    if not isinstance(value, dict):
        return {}
    kinds = [_column(check, (*where, argument), kwargs.get(argument), types) for argument in expectation.columns]
    for column, kind in ((kwargs.get(c), k) for c, k in zip(expectation.columns, kinds, strict=True)):
        if kind and kind not in expectation.types:
            check.error(where, f"column {column} is {kind}; it judges {listed(expectation.types)}")
    needed = expectation.needs_one_of
    if needed and not any(kwargs.get(argument) is not None for argument in needed):
        check.error(where, f"lacks {' or '.join(needed)}")
    for argument, given in kwargs.items():
        if problem := _problem(name, argument, given, kinds[0], types):
            check.error((*where, argument), problem)
    return kwargs


def _column(check: Checker, where: Where, value: Any, types: Mapping[str, str]) -> str | None:
    if value in types:
        return types[value]
    check.error(where, f"{'is missing' if value is None else f'{value!r} is no column'}; use {listed(types)}")
    return None


def _problem(name: str, argument: str, value: Any, kind: str | None, types: Mapping[str, str]) -> str | None:
    if argument in BOUNDS and value is not None:
        return _bound(value, "integer" if "lengths" in name else kind)
    if argument in FLAGS and not isinstance(value, bool):
        return f"{value!r} is not allowed; write true or false"
    if argument == "value_set" and (not isinstance(value, list) or not value):
        return f"{value!r} is not allowed; write a list of values such as [open, closed]"
    if argument == "regex":
        return _pattern(value)
    if argument == "row_condition" and not any(re.search(rf"\b{re.escape(c)}\b", str(value)) for c in types):
        return f"{value!r} names no column; write a condition such as kind == 'nps'"
    return None


def _bound(value: Any, kind: str | None) -> str | None:
    if kind in NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
        return f"{value!r} is not a number"
    if kind in ("date", "timestamp") and not isinstance(value, date) and not is_moving(value):
        return f"{value!r} is not a time; write a day such as 2020-01-31, or now, now + 1d, now - 36h"
    return None


def _pattern(value: Any) -> str | None:
    try:
        re.compile(value)
    except (re.error, TypeError) as error:
        return f"{value!r} is not a regular expression: {error}"
    return None
