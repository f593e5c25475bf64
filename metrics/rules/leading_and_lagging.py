"""Departments that only look ahead, or only back."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    for department, kpis in definitions.departments().items():
        for timing in {"leading", "lagging"} - {kpi.timing for _, kpi in kpis}:
            yield definitions.of_department(department, f"has no {timing} KPI; have at least one")


RULE = Rule(
    code="KPI603",
    severity="error",
    says="A department has at least one leading and one lagging KPI.",
    fix="promise one that predicts (leading) or one that confirms (lagging)",
    check=_check,
)
