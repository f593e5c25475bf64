"""Targets that ask for the opposite of what the KPI is for."""

from collections.abc import Iterator

from metrics.contracts.targets import Target
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem

_SIGNS = {"increase": 1, "decrease": -1}


def _check(definitions: Definitions) -> Iterator[Problem]:
    for contract, kpi in definitions.kpis():
        sign = _SIGNS.get(kpi.direction, 0)
        for index, target in enumerate(kpi.targets):
            change = _change(target)
            if sign and change is not None and change * sign <= 0:
                allowed = f"{'more' if sign > 0 else 'less'} than {'0%' if target.is_relative else target.baseline}"
                message = f"{target.value} is no {kpi.direction}; use {allowed}, or another direction"
                yield contract.problem(f"targets.{index}.value", message)


def _change(target: Target) -> float | None:
    """By how much the value is above its baseline; None if that is a period, known only from data."""
    if isinstance(target.value, str):
        return float(target.value.removesuffix("%"))
    if target.value is None or not isinstance(target.baseline, int | float):
        return None
    return target.value - target.baseline


RULE = Rule(
    code="KPI302",
    severity="error",
    says="Attainable: a target goes in the direction of its KPI.",
    fix="turn the sign of the change, or compare value and baseline",
    check=_check,
)
