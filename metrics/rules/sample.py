"""Shares and scores that a single row could make."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem

_UNITS = ("percent", "score")


def _check(definitions: Definitions) -> Iterator[Problem]:
    for contract in definitions.contracts:
        if contract.body.unit in _UNITS and contract.body.quality.min_sample is None:
            message = f"is missing; a KPI in {contract.body.unit} needs a least number of rows, such as 30"
            yield contract.problem("quality.min_sample", message)


RULE = Rule(
    code="KPI202",
    severity="error",
    says="Measurable: a percent or score says from how many rows on it can be trusted.",
    fix="give `quality.min_sample`; 30 is a good start",
    check=_check,
)
