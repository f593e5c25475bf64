"""Targets for slices that the KPI is not broken down by, or for a total that it does not have."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    for contract, kpi in definitions.kpis():
        for index, target in enumerate(kpi.targets):
            name, _ = target.of
            if name and name not in kpi.slices:
                allowed = f"use one of {', '.join(kpi.slices)}" if kpi.slices else "it has none"
                yield contract.problem(f"targets.{index}.slice", f"{name!r} is no slice of {contract.name}; {allowed}")
            if not name and not kpi.total:
                message = f"is missing, and {contract.name} has no total to promise; name a value of one of its slices"
                yield contract.problem(f"targets.{index}.slice", message)


RULE = Rule(
    code="KPI204",
    severity="error",
    says="Measurable: a target is for the total, if its KPI has one, or for a slice that it is broken down by.",
    fix="correct the slice, or add it to `slices`",
    check=_check,
)
