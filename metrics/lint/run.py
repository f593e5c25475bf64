"""Applies every rule to definitions."""

from collections.abc import Sequence

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Finding, Rule
from metrics.rules import RULES


def lint(definitions: Definitions, rules: Sequence[Rule] = RULES) -> list[Finding]:
    """All that the rules find, by file and line; each problem once, as the rule of the lowest code says it."""
    found = {
        (problem, rule.code): Finding(problem, rule)
        for rule in sorted(rules, key=lambda rule: rule.code, reverse=True)
        for problem in rule.check(definitions)
    }
    return sorted(found.values(), key=lambda finding: (finding.problem, finding.rule.code))


def fails(findings: Sequence[Finding]) -> bool:
    """True if any of them is an error; warnings do not fail."""
    return any(finding.rule.severity == "error" for finding in findings)
