"""Descriptions that describe nothing."""

import re
from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    for contract in definitions.contracts:
        for language in ("en", "es"):
            label, description = (
                str(getattr(text, language)) for text in (contract.body.label, contract.body.description)
            )
            if _words(description) <= _words(label):
                message = (
                    f"{description!r} says no more than the label {label!r}; say what is counted, and on which day"
                )
                yield contract.problem(f"description.{language}", message)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


RULE = Rule(
    code="KPI104",
    severity="error",
    says="Specific: a description says more than the label, so that two people compute the same number.",
    fix="say what is divided by what, which rows count, and by which day",
    check=_check,
)
