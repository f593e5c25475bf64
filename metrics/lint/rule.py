"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from metrics.lint.definitions import Definitions
from metrics.problems import Problem

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Rule:
    """One thing that definitions must keep to.

    ``code`` never changes and is never used again; ``says`` is the rule in a sentence, ``fix`` what its author does.
    """

    code: str
    severity: Severity
    says: str
    fix: str
    check: Callable[[Definitions], Iterable[Problem]]


@dataclass(frozen=True)
class Finding:
    """A problem and the rule that found it."""

    problem: Problem
    rule: Rule

    def __str__(self) -> str:
        """``file:line: kpi.field: what, allowed [code]``, and how to mend it on a line of its own."""
        problem, rule = self.problem, self.rule
        kind = "" if rule.severity == "error" else f"{rule.severity}: "
        where = f"{problem.file}:{problem.line}: {problem.field}"
        return f"{where}: {kind}{problem.message} [{rule.code}]\n    fix: {rule.fix}"

    def as_dict(self) -> dict[str, str | int]:
        """The finding for programs: file, line, field, code, severity, message, fix."""
        return {
            "file": self.problem.file,
            "line": self.problem.line,
            "field": self.problem.field,
            "code": self.rule.code,
            "severity": self.rule.severity,
            "message": self.problem.message,
            "fix": self.rule.fix,
        }
