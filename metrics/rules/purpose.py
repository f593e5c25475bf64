"""Departments that serve only the company's numbers."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem

_PURPOSES = {"customer_satisfaction", "department_objective"}


def _check(definitions: Definitions) -> Iterator[Problem]:
    for department, kpis in definitions.departments().items():
        if not _PURPOSES & {kpi.perspective for _, kpi in kpis}:
            message = "has no KPI for customer satisfaction or its own objective; have at least one"
            yield definitions.of_department(department, message)


RULE = Rule(
    code="KPI604",
    severity="error",
    says="A department has a KPI for customer satisfaction or for its own objective.",
    fix="promise one with `perspective: customer_satisfaction` or `department_objective`",
    check=_check,
)
