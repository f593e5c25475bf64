"""New versions of what stayed the same."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    for change in definitions.changes():
        if change.raised > 0 and not change.is_new_meaning:
            version, locked = change.contract.body.version, change.locked.version
            message = f"is {version}, but the number means what version {locked} means; use {locked}"
            yield change.contract.problem("version", message)


RULE = Rule(
    code="KPI802",
    severity="warning",
    says="A new version means something new.",
    fix="put the version back, or change the definition with it",
    check=_check,
)
