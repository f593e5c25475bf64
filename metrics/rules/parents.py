"""Parents that a KPI or tracked metric cannot drive."""

from collections.abc import Iterator

from metrics.contracts.models import Kpi, Measured
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    bodies = {contract.name: contract.body for contract in definitions.contracts}
    parents = {name: body.parents for name, body in bodies.items()}
    for contract in definitions.contracts:
        living = contract.body.lifecycle == "active"
        for index, name in enumerate(contract.body.parents if living else ()):
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
    says="Relevant: the parents of a KPI or tracked metric are KPIs that live, and none drives itself in a circle.",
    fix="name the outcome that it leads to, or leave `parents` out",
    check=_check,
)
