"""Targets for periods in which the KPI has no value, or two for one period and slice."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.periods import grain_of
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    for contract, kpi in definitions.kpis():
        seen: set[tuple[str, tuple[str, str]]] = set()
        for index, target in enumerate(kpi.targets):
            grain = grain_of(target.period)
            if grain not in kpi.grains:
                message = f"{target.period!r} is a {grain}, of which there are no values; grains are "
                yield contract.problem(f"targets.{index}.period", message + ", ".join(kpi.grains))
            if (target.period, target.of) in seen:
                message = f"{target.period!r} has a target already; give one for a period"
                yield contract.problem(f"targets.{index}.period", message)
            seen.add((target.period, target.of))


RULE = Rule(
    code="KPI502",
    severity="error",
    says="Time-bound: a target is for a period at a grain of its KPI, and has one target of the total and of a slice.",
    fix="give the target for another period, or add the grain",
    check=_check,
)
