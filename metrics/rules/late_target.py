"""Targets that were set when nothing could be done for them any longer."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.periods import end_of
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    if definitions.calendar is None:
        return
    for contract, kpi in definitions.kpis():
        for index, target in enumerate(kpi.targets):
            end = end_of(target.period, definitions.calendar.fiscal_year_starts)
            if target.set_at and end and target.set_at > end:
                message = f"{target.set_at} is after {target.period} ended on {end}; give the day it was agreed on"
                yield contract.problem(f"targets.{index}.set_at", message)


RULE = Rule(
    code="KPI504",
    severity="error",
    says="Time-bound: a target is set before its period is over.",
    fix="correct `set_at`, or promise something for a later period",
    check=_check,
)
