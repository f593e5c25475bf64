"""Versions that go backwards."""

from collections.abc import Iterable

from metrics import lock
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterable[Problem]:
    return lock.lowered(definitions.changes())


RULE = Rule(
    code="KPI803",
    severity="error",
    says="A version is never lowered: an old number would come back under a name that meant it before.",
    fix="use the version that the message names",
    check=_check,
)
