"""Definitions that the compiler refuses."""

from collections.abc import Iterable

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterable[Problem]:
    return definitions.compiled.refusals if definitions.compiled else ()


RULE = Rule(
    code="KPI002",
    severity="error",
    says="Every metric compiles to SQL at the grains and slices of its contract.",
    fix="change the metric, grain or slice that is named to one that can be computed exactly",
    check=_check,
)
