"""Questions that ask nothing."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    for contract, kpi in definitions.kpis():
        if not kpi.question.en.endswith("?"):
            yield contract.problem("question.en", f"{kpi.question.en!r} is no question; end it with ?")
        if not (kpi.question.es.startswith("¿") and kpi.question.es.endswith("?")):
            yield contract.problem("question.es", f"{kpi.question.es!r} is no question; put it between ¿ and ?")


RULE = Rule(
    code="KPI103",
    severity="error",
    says="Specific: a KPI answers a question.",
    fix="ask what whoever reads the KPI wants to know",
    check=_check,
)
