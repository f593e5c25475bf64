"""KPIs that serve an objective that is not there."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    known = definitions.objectives
    if known is None:
        return
    for contract, kpi in definitions.kpis():
        if kpi.objective not in known:
            allowed = ", ".join(sorted(known)) or "one that you define"
            yield contract.problem("objective", f"{kpi.objective!r} is no objective; use one of {allowed}")


RULE = Rule(
    code="KPI401",
    severity="error",
    says="Relevant: a KPI serves an objective of the company.",
    fix="name an objective of `metrics/objectives/`, or define it there",
    check=_check,
)
