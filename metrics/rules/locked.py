"""Definitions that nothing keeps."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.located_yaml import shown
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    if not definitions.lock_file.exists():
        message = "does not exist, so a formula can change without a new version"
        yield Problem(shown(definitions.lock_file), 1, "file", message)


RULE = Rule(
    code="KPI806",
    severity="warning",
    says="There is a `kpis.lock`, which keeps what each version means.",
    fix="run `kpi lint --update-lock` and commit the file",
    check=_check,
)
