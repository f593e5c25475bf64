"""KPIs on a scorecard that there is not, or on none of their own."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    for contract, kpi in definitions.kpis():
        if contract.department == "company" and kpi.level != ("company",):
            yield contract.problem("level", "names a department, which the company is not; use [company]")
        if contract.department != "company" and "department" not in kpi.level:
            message = "leaves out the department that answers for it; use [department] or [department, company]"
            yield contract.problem("level", message)


RULE = Rule(
    code="KPI606",
    severity="error",
    says="A department's KPI is on its scorecard; the company's own are on the company's only.",
    fix="correct `level`, or move the contract to the file of the department that answers for it",
    check=_check,
)
