"""Applies every rule to definitions."""

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Finding
from metrics.rules import RULES


def lint(definitions: Definitions) -> list[Finding]:
    """All that the rules find, each once, by file and line."""
    found = {(problem, rule.code): Finding(problem, rule) for rule in RULES for problem in rule.check(definitions)}
    return [found[key] for key in sorted(found)]
