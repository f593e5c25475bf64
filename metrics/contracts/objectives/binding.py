"""What the goal of an objective asks of the metric that it is about: that there is one, with the values it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from metrics.calendar import Grain
from metrics.contracts.loader import Contract
from metrics.contracts.models import Measured, Unit
from metrics.contracts.objectives.models import Goal, Minimum, Objective
from metrics.contracts.words import duration_hours

# A level, which a mean of weeks or a sum to date says nothing of.
_LEVELS: tuple[Unit, ...] = ("percent", "ratio", "score")


def unmeasurable(objective: Objective, contracts: Sequence[Contract]) -> Iterator[tuple[str, str]]:
    """(field, what is wrong): every goal whose metric is not there or has no values of the periods that it needs."""
    known = {contract.name: contract.body for contract in contracts}
    for place, goal in objective.goals():
        yield from ((f"{place}.{field}", what) for field, what in _unbound(goal, known))


def _unbound(goal: Goal, known: Mapping[str, Measured]) -> Iterator[tuple[str, str]]:
    body = known.get(goal.metric)
    if body is None:
        yield "metric", f"{goal.metric!r} is no KPI or tracked metric; use one of {', '.join(sorted(known))}"
    elif isinstance(goal.target, Minimum) and goal.target.each is not None:
        yield from _without_slice("metric", goal.metric, goal.target.each, goal.grain, known)
        if goal.target.of is not None:
            yield from _without_slice("target.of", goal.target.of, goal.target.each, goal.grain, known)
    else:
        yield from _without_values(goal, body)


def _without_slice(
    field: str, metric: str, slice: str, grain: Grain, known: Mapping[str, Measured]
) -> Iterator[tuple[str, str]]:
    body = known.get(metric)
    if body is not None and slice in body.slices and grain in body.grains:
        return
    able = [name for name, other in known.items() if slice in other.slices and grain in other.grains]
    allowed = f"use one of {', '.join(sorted(able))}" if able else "no metric has"
    yield field, f"{metric!r} has no values of each {grain} by {slice}; {allowed}"


def _without_values(goal: Goal, body: Measured) -> Iterator[tuple[str, str]]:
    grain: Grain = "week" if goal.is_weekly or _is_matured(goal, body) else goal.grain
    if not body.total:
        yield "metric", f"{goal.metric!r} has no total, only values by {', '.join(body.slices)}; use a metric with one"
    if grain not in body.grains:
        yield "metric", f"{goal.metric!r} has no values of each {grain}; its grains are {', '.join(body.grains)}"
    if goal.measure in ("weekly_mean", "total") and body.unit in _LEVELS:
        yield "measure", f"{goal.measure!r} is for sums and counts, and {goal.metric!r} is a {body.unit}; use value"
    if goal.measure == "total" and duration_hours(body.matures_after):
        what = f"{goal.metric!r} matures after {body.matures_after}, so that its total to date is too low"
        yield "measure", f"{what}; use weekly_mean"


def _is_matured(goal: Goal, body: Measured) -> bool:
    """Whether the value to date would be of rows whose outcome is not known yet, so that only old weeks count."""
    return goal.measure == "value" and duration_hours(body.matures_after) > 0
