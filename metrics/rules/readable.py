"""Files that cannot be read as what they are."""

from collections.abc import Iterable

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterable[Problem]:
    return definitions.problems


RULE = Rule(
    code="KPI001",
    severity="error",
    says="Contracts, objectives, semantic models, calendar and lock say all that they must and nothing unknown.",
    fix="give the field as the message says; an editor that knows `metrics/contracts/schema.json` completes it",
    check=_check,
)
