"""Reads the action plans of a company, with every problem and its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

from metrics.calendar import Calendar, Grain
from metrics.contracts.loader import Contract
from metrics.contracts.models import Kpi
from metrics.located_yaml import KeyPath, LocatedYaml, read_folder
from metrics.periods import named_period
from metrics.planning.plans import ActionPlan, PlanFile
from metrics.problems import DefinitionError, Problem
from metrics.validation import check


@dataclass(frozen=True)
class _Written:
    """A plan and the place where it is written."""

    plan: ActionPlan
    document: LocatedYaml
    path: KeyPath

    def problem(self, field: str, message: str) -> Problem:
        path = (*self.path, *(int(part) if part.isdigit() else part for part in field.split(".")))
        return Problem(self.document.file, self.document.line(path), f"{self.plan.id}.{field}", message)


def load_action_plans(folder: Path, contracts: Sequence[Contract], calendar: Calendar) -> tuple[ActionPlan, ...]:
    """Read every ``*.yml`` of a folder, one plan a file or several under ``plans``; a missing folder holds none.

    Raises DefinitionError with all problems of all files at once, each ``file:line: plan.field: what, allowed``.
    """
    problems: list[Problem] = []
    written: list[_Written] = []
    for document in read_folder(folder, problems):
        plans, wrong = _plans(document)
        written += plans
        problems += wrong
    bodies = {contract.name: contract for contract in contracts}
    problems += [plan.problem(*rule) for plan in written for rule in _rules(plan.plan, bodies, calendar)]
    problems += _twice(written)
    if problems:
        raise DefinitionError(problems)
    return tuple(each.plan for each in written)


def _plans(document: LocatedYaml) -> tuple[list[_Written], list[Problem]]:
    data: Any = document.data
    if isinstance(data, dict) and "plans" in data:
        file, problems = check(PlanFile, document, lambda path: _name(document, path))
        plans = file.plans if file else ()
        return [_Written(plan, document, ("plans", index)) for index, plan in enumerate(plans)], problems
    plan, problems = check(ActionPlan, document, lambda path: ".".join(map(str, path)) or "file")
    return [_Written(plan, document, ())] if plan else [], problems


def _name(document: LocatedYaml, path: KeyPath) -> str:
    """``id.field``: the plan's id (or its place while it has none) and the rest of the path."""
    if len(path) < 2:
        return ".".join(map(str, path)) or "file"
    item: Any = document.data["plans"][path[1]]
    name = cast(dict[str, Any], item).get("id") if isinstance(item, dict) else None
    return ".".join([str(name or f"plans[{path[1]}]"), *(str(part) for part in path[2:])])


def _rules(plan: ActionPlan, contracts: Mapping[str, Contract], calendar: Calendar) -> Iterator[tuple[str, str]]:
    yield from plan.rules()
    period = named_period(plan.period, calendar)
    if plan.opened < period.start:
        yield "opened", f"{plan.opened} is before {plan.period} begins ({period.start}); use a later day"
    contract = contracts.get(plan.kpi)
    if contract is None:
        yield "kpi", _unknown(plan.kpi, contracts)
    elif not isinstance(contract.body, Kpi):
        yield "kpi", f"{plan.kpi!r} is a tracked metric, which promises nothing; use a KPI"
    else:
        yield from _kpi_rules(plan, contract.body, period.grain)


def _unknown(name: str, contracts: Mapping[str, Contract]) -> str:
    kpis = sorted(name for name, contract in contracts.items() if isinstance(contract.body, Kpi))
    close = get_close_matches(name, kpis, 1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"{name!r} is no KPI; {hint}use one of {', '.join(kpis)}"


def _kpi_rules(plan: ActionPlan, kpi: Kpi, grain: Grain) -> Iterator[tuple[str, str]]:
    if grain not in kpi.grains:
        yield "period", f"{plan.period!r} is a {grain}, and {plan.kpi} has values by {', '.join(kpi.grains)} only"
    if kpi.direction == "within" and plan.goal != "target":
        yield "goal", f"{plan.goal!r} is not allowed: {plan.kpi} should stay within bounds; use 'target'"


def _twice(written: Iterable[_Written]) -> Iterator[Problem]:
    first: dict[str, _Written] = {}
    for each in written:
        other = first.setdefault(each.plan.id, each)
        if other is not each:
            where = f"{other.document.file}:{other.document.line((*other.path, 'id'))}"
            yield each.problem("id", f"{each.plan.id!r} is already defined at {where}; ids are unique")
