"""Targets that rest on nothing."""

from collections.abc import Iterator

from metrics.contracts.targets import Target
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    for contract, kpi in definitions.kpis():
        if not any(_has_basis(target) for target in kpi.targets):
            yield contract.problem("targets", "have no basis; say for one of them at least which team, budget or time")


def _has_basis(target: Target) -> bool:
    basis = target.basis
    return basis is not None and not (basis.team is None and basis.budget is None and basis.time is None)


RULE = Rule(
    code="KPI301",
    severity="error",
    says="Attainable: at least one target of a KPI says on which basis it can be reached.",
    fix="add `basis: {team: …, budget: …, time: …}` to a target",
    check=_check,
)
