"""Successors that do not live."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    lives = {contract.name: contract.body.lifecycle for contract in definitions.contracts}
    for contract in definitions.contracts:
        successor = contract.body.successor
        if successor is not None and lives.get(successor) == "retired":
            what = "is the KPI itself" if successor == contract.name else "has retired too"
            yield contract.problem("successor", f"{successor!r} {what}; name one that is active or a draft")


RULE = Rule(
    code="KPI702",
    severity="error",
    says="A retired KPI names a successor that has not retired.",
    fix="name the KPI that answers the question now",
    check=_check,
)
