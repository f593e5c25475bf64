"""KPIs that are said to drive what does not follow them."""

from collections.abc import Iterator

from metrics.contracts.models import Kpi, Measured
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem
from metrics.rules.parents import unfit


def _check(definitions: Definitions) -> Iterator[Problem]:
    bodies = {contract.name: contract.body for contract in definitions.contracts}
    for contract, kpi in definitions.active():
        if kpi.drives and kpi.timing != "leading":
            yield contract.problem("drives", f"is for leading KPIs, and this one is {kpi.timing}; leave it out")
        for index, name in enumerate(kpi.drives):
            if message := _message(name, bodies.get(name)):
                yield contract.problem(f"drives.{index}", message)


def _message(name: str, body: Measured | None) -> str | None:
    if isinstance(body, Kpi) and body.lifecycle != "retired" and body.timing != "lagging":
        return f"{name!r} is leading itself; name a lagging KPI that follows it"
    return unfit(name, body)


RULE = Rule(
    code="KPI403",
    severity="error",
    says="Relevant: what a leading KPI drives is a lagging KPI that lives.",
    fix="name the outcome that is thought to follow, or leave `drives` out",
    check=_check,
)
