"""Data that may be older than the review that looks at it."""

from collections.abc import Iterator

from metrics.contracts.models import Review
from metrics.contracts.words import duration_hours
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem

_DAYS: dict[Review, int] = {"daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}


def _check(definitions: Definitions) -> Iterator[Problem]:
    for contract in definitions.contracts:
        body = contract.body
        days = _DAYS[body.review]
        if duration_hours(body.quality.freshness) > 24 * days:
            message = f"{body.quality.freshness} is longer than the {body.review} review's period; use {days}d or less"
            yield contract.problem("quality.freshness", message)


RULE = Rule(
    code="KPI203",
    severity="error",
    says="Measurable: data are younger than one period of the review.",
    fix="ask for fresher data, or review less often",
    check=_check,
)
