"""Counts of activity that ask nobody for anything."""

from collections.abc import Iterator

from metrics.contracts.models import Kpi
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    for contract, kpi in definitions.kpis():
        if kpi.tier == "usage":
            yield contract.problem("tier", "usage is activity, not a promise; use primary or secondary")
        elif kpi.unit == "count" and not _asks_for_change(kpi):
            message = "ask a bare count for no change; give a change, or a value with a baseline"
            yield contract.problem("targets", message)


def _asks_for_change(kpi: Kpi) -> bool:
    """True if a target wants the count elsewhere than it is."""
    return any(target.is_relative or target.baseline is not None for target in kpi.targets)


RULE = Rule(
    code="KPI605",
    severity="error",
    says="No vanity KPI: one that counts activity has a target that moves it towards its objective.",
    fix="make it a tracked metric under `metrics:`, or promise how much it will change",
    check=_check,
)
