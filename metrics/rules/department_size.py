"""Departments with too few KPIs to steer by, or too many."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    for department, kpis in definitions.departments().items():
        if not 3 <= len(kpis) <= 5:
            yield definitions.of_department(department, f"has {len(kpis)} active KPIs; have 3 to 5")


RULE = Rule(
    code="KPI601",
    severity="error",
    says="A department has 3 to 5 KPIs.",
    fix="promise what matters most; make the rest tracked metrics under `metrics:`",
    check=_check,
)
