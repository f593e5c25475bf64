"""Targets that no review can judge."""

from collections.abc import Iterator

from metrics.calendar import GRAINS
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.periods import grain_of
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    for contract, kpi in definitions.kpis():
        allowed = GRAINS[GRAINS.index(kpi.review_grain) :]
        if all(grain_of(target.period) not in allowed for target in kpi.reviewed_targets):
            finer = f"are all finer than the {kpi.review} review" if kpi.reviewed_targets else "are for slices only"
            message = f"{finer}; give one for a {', '.join(allowed)}"
            yield contract.problem("targets", message)


RULE = Rule(
    code="KPI501",
    severity="error",
    says="Time-bound: at least one target is for the period of the review or a coarser one.",
    fix="add a target such as `{period: each quarter, …}`, or review more often",
    check=_check,
)
