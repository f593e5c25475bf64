"""Reads all definition files, and keeps what is wrong in them instead of stopping at it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from metrics.calendar import load_calendar
from metrics.contracts import read_contracts
from metrics.contracts.objectives import load_okrs
from metrics.lint.definitions import Definitions
from metrics.lock import read_lock
from metrics.planning import load_action_plans
from metrics.problems import DefinitionError, Problem
from metrics.semantic_check import check_semantic_files, metric_names

Read = TypeVar("Read")


@dataclass(frozen=True)
class Places:
    """Where a company's definitions lie; ``has_goals`` if its objectives were written for its KPIs."""

    kpis: Path
    objectives: Path
    semantic: Path
    calendar: Path
    lock: Path
    actions: Path
    check_ins: Path
    has_goals: bool


def read_definitions(places: Places, today: date) -> Definitions:
    """Everything that the files say, as far as they can be read; nothing is compiled."""
    loaded = read_contracts(places.kpis)
    problems = list(loaded.problems)
    semantic = sorted(path for path in places.semantic.rglob("*") if path.suffix in {".yml", ".yaml"})
    readable = _attempt(lambda: check_semantic_files(semantic) or True, problems)
    bound = loaded.contracts if places.has_goals and loaded.complete else None
    okrs = _attempt(lambda: load_okrs(places.objectives, places.check_ins, bound), problems)
    calendar = _attempt(lambda: load_calendar(places.calendar), problems)
    lock = _attempt(lambda: read_lock(places.lock), problems)
    if loaded.complete and calendar:
        _attempt(lambda: load_action_plans(places.actions, loaded.contracts, calendar), problems)
    return Definitions(
        folder=places.kpis,
        loaded=loaded,
        problems=tuple(problems),
        objectives=None if okrs is None else frozenset(objective.id for objective in okrs.objectives),
        metrics=metric_names(semantic) if readable else None,
        calendar=calendar,
        today=today,
        lock=lock,
        lock_file=places.lock,
    )


def _attempt(read: Callable[[], Read], problems: list[Problem]) -> Read | None:
    try:
        return read()
    except DefinitionError as error:
        problems += error.problems
        return None
