"""What a draft must fulfil beyond what the loader sees: it keeps to the rules, and it compiles."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from metrics.calendar import Calendar
from metrics.compiler import compile_kpis
from metrics.contracts import Contract, Loaded
from metrics.lint.definitions import Definitions
from metrics.lint.run import lint
from metrics.problems import DefinitionError, Problem


class KeepsToRules:
    """Every rule of the lint that is an error, as far as it is about the draft itself."""

    def __init__(self, definitions: Definitions):
        self._definitions = definitions

    def __call__(self, contract: Contract, loaded: Loaded) -> Sequence[Problem]:
        """What the rules find in the contract, with their codes."""
        findings = lint(replace(self._definitions, loaded=loaded, problems=(), lock=None))
        return [
            replace(finding.problem, message=f"{finding.problem.message} [{finding.rule.code}]")
            for finding in findings
            if finding.rule.severity == "error" and finding.problem.field.startswith(f"{contract.name}.")
        ]


class Compiles:
    """The compiler takes metric, grains and slices."""

    def __init__(self, manifest: Path, calendar: Calendar, semantic: Path):
        self._manifest = manifest
        self._calendar = calendar
        self._semantic = semantic

    def __call__(self, contract: Contract, loaded: Loaded) -> Sequence[Problem]:
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
