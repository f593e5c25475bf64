"""KPIs that are said to drive what does not follow them."""

from collections.abc import Iterator

from metrics.contracts.models import Kpi, Measured
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    bodies = {contract.name: contract.body for contract in definitions.contracts}
    for contract, kpi in definitions.active():
        if kpi.drives and kpi.timing != "leading":
            yield contract.problem("drives", f"is for leading KPIs, and this one is {kpi.timing}; leave it out")
        for index, name in enumerate(kpi.drives):
            if message := _unfit(name, bodies.get(name)):
                yield contract.problem(f"drives.{index}", message)


def _unfit(name: str, body: Measured | None) -> str | None:
    """Why nothing can be said to drive something; None if it can, or is not known."""
    if body is None:
        return None
    if not isinstance(body, Kpi):
        return f"{name!r} is a tracked metric, which promises nothing; name a KPI"
    if body.lifecycle == "retired":
        return f"{name!r} has retired; name its successor {body.successor!r}, or another KPI"
    return None if body.timing == "lagging" else f"{name!r} is leading itself; name a lagging KPI that follows it"


RULE = Rule(
    code="KPI403",
    severity="error",
    says="Relevant: what a leading KPI drives is a lagging KPI that lives.",
    fix="name the outcome that is thought to follow, or leave `drives` out",
    check=_check,
)
