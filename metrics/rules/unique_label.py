"""Labels that two KPIs share."""

from collections.abc import Iterator

from metrics.contracts import Contract
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    first: dict[tuple[str, str], Contract] = {}
    for contract in definitions.contracts:
        if contract.body.lifecycle == "retired":
            continue
        for language in ("en", "es"):
            label: str = getattr(contract.body.label, language)
            other = first.setdefault((language, label.casefold()), contract)
            if other is not contract:
                where = other.problem(f"label.{language}", "")
                message = f"{label!r} is the label of {other.name} ({where.file}:{where.line}); labels are unique"
                yield contract.problem(f"label.{language}", message)


RULE = Rule(
    code="KPI102",
    severity="error",
    says="Specific: no two KPIs or tracked metrics carry the same label.",
    fix="say in the label what tells the two apart",
    check=_check,
)
