"""What a draft must fulfil beyond what the loader sees: its objective exists, and it compiles."""

from collections.abc import Collection, Sequence
from pathlib import Path

from metrics.calendar import Calendar
from metrics.compiler import compile_kpis
from metrics.contracts import Contract
from metrics.contracts.models import Kpi
from metrics.problems import DefinitionError, Problem


class ObjectiveExists:
    """The objective is one of the company's."""

    def __init__(self, objectives: Collection[str]):
        self._objectives = objectives

    def __call__(self, contract: Contract, folder: Path) -> Sequence[Problem]:
        """A problem at an unknown objective."""
        objective = contract.body.objective if isinstance(contract.body, Kpi) else None
        if objective is None or objective in self._objectives:
            return ()
        allowed = ", ".join(sorted(self._objectives))
        return [contract.problem("objective", f"{objective!r} is no objective; use one of {allowed}")]


class Compiles:
    """The compiler takes metric, grains and slices."""

    def __init__(self, manifest: Path, calendar: Calendar, semantic: Path):
        self._manifest = manifest
        self._calendar = calendar
        self._semantic = semantic

    def __call__(self, contract: Contract, folder: Path) -> Sequence[Problem]:
        """The compiler's refusals, at the contract's field where that is their cause."""
        try:
            compile_kpis(self._manifest, [contract], self._calendar, self._semantic)
        except DefinitionError as error:
            return [self._at_metric(contract, problem) for problem in error.problems]
        return ()

    def _at_metric(self, contract: Contract, problem: Problem) -> Problem:
        """A refusal of the metric itself, as a problem of the contract that names it."""
        if problem.field.startswith(f"{contract.name}."):
            return problem
        return contract.problem("metric", f"{problem.field}: {problem.message} ({problem.file}:{problem.line})")
