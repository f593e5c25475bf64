"""Targets that are to be spread over days though their KPI does not add up."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    if definitions.compiled is None:
        return
    known = definitions.compiled.definitions
    for contract, kpi in definitions.kpis():
        if contract.name not in known or known[contract.name].is_additive:
            continue
        for index, target in enumerate(kpi.targets):
            if "spread" in target.model_fields_set:
                message = "is for a sum or a count; of a rate the same is promised of every part of the period"
                yield contract.problem(f"targets.{index}.spread", message)


RULE = Rule(
    code="KPI303",
    severity="error",
    says="Attainable: only the target of a KPI that adds up over days is spread over them.",
    fix="leave `spread` out",
    check=_check,
)
