"""Targets for slices that the KPI is not broken down by."""

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


RULE = Rule(
    code="KPI204",
    severity="error",
    says="Measurable: a target for a slice is for one that its KPI is broken down by.",
    fix="correct the slice, or add it to `slices`",
    check=_check,
)
