"""Numbers that mean something else under an old version."""

from collections.abc import Iterable

from metrics import lock
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterable[Problem]:
    return lock.unversioned(definitions.changes())


RULE = Rule(
    code="KPI801",
    severity="error",
    says="What a number means changes only with a new version.",
    fix="raise `version` by one and run `kpi compile`: history is computed anew and the changes are listed",
    check=_check,
)
