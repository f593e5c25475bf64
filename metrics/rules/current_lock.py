"""Definitions that the lock does not hold as they are."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    lock, compiled = definitions.lock, definitions.compiled
    if lock is None or compiled is None:
        return
    for contract in definitions.contracts:
        if contract.name in compiled.definitions and contract.name not in lock.kpis:
            yield contract.problem("name", f"{contract.name!r} is not in {lock.file}; a definition is locked")
    for change in definitions.changes():
        if change.is_allowed and change.entry != change.locked:
            message = f"is not what {change.contract.file} says; the lock holds what is approved"
            yield lock.problem(change.contract.name, message)


RULE = Rule(
    code="KPI805",
    severity="error",
    says="`kpis.lock` holds every definition as it is.",
    fix="run `kpi compile`, or `kpi lint --update-lock --company DIR`, and commit the lock with the change",
    check=_check,
)
