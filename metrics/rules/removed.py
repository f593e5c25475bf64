"""KPIs that went away without a word."""

from collections.abc import Iterable

from metrics import lock
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterable[Problem]:
    if definitions.lock is None or not definitions.loaded.complete:
        return ()
    return lock.removed(definitions.lock, definitions.contracts)


RULE = Rule(
    code="KPI804",
    severity="error",
    says="A KPI retires before it is removed.",
    fix="put the contract back with `lifecycle: retired` and its `successor`, and run `kpi compile`",
    check=_check,
)
