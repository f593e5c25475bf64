"""Parents that a KPI cannot drive."""

from collections.abc import Iterator

from metrics.contracts.models import Kpi, Measured
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    bodies = {contract.name: contract.body for contract in definitions.contracts}
    parents = {contract.name: kpi.parents for contract, kpi in definitions.kpis()}
    for contract, kpi in definitions.active():
        for index, name in enumerate(kpi.parents):
            if message := unfit(name, bodies.get(name)):
                yield contract.problem(f"parents.{index}", message)
            elif contract.name in _above(name, parents):
                message = f"{name!r} is itself driven by {contract.name}; name what both lead to"
                yield contract.problem(f"parents.{index}", message)


def unfit(name: str, body: Measured | None) -> str | None:
    """Why nothing can be said to drive something; None if it can, or is not known."""
    if body is None:
        return None
    if not isinstance(body, Kpi):
        return f"{name!r} is a tracked metric, which promises nothing; name a KPI"
    if body.lifecycle == "retired":
        return f"{name!r} has retired; name its successor {body.successor!r}, or another KPI"
    return None


def _above(name: str, parents: dict[str, tuple[str, ...]]) -> set[str]:
    """Everything that a KPI drives, directly or not."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        new = [parent for parent in parents.get(ahead.pop(), ()) if parent not in found]
        found.update(new)
        ahead += new
    return found


RULE = Rule(
    code="KPI402",
    severity="error",
    says="Relevant: the parents of a KPI are KPIs that live, and no KPI drives itself in a circle.",
    fix="name the outcome that the KPI leads to, or leave `parents` out",
    check=_check,
)
