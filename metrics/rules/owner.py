"""Owners that nobody can reach."""

import re
from collections.abc import Iterator

from metrics.contracts import Contract
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem

_NOBODY = re.compile(r"^(no-?_?reply|do-?not-?reply|nobody|none|todo|tbd|unknown)$", re.IGNORECASE)
_DOMAIN = re.compile(r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", re.IGNORECASE)


def _check(definitions: Definitions) -> Iterator[Problem]:
    for contract in definitions.contracts:
        email = contract.body.owner.email if contract.body.owner else ""
        person, _, domain = email.partition("@")
        if _NOBODY.match(person) or not _DOMAIN.match(domain):
            message = f"{email!r} reaches nobody; use the address of a team that answers"
            yield _at_owner(contract, message)


def _at_owner(contract: Contract, message: str) -> Problem:
    """At the contract's own owner, or at the file's, which is then a mistake of all its contracts."""
    if (*contract.path, "owner") in contract.lines:
        return contract.problem("owner.email", message)
    return Problem(contract.file, contract.lines.get(("owner", "email"), 1), "owner.email", message)


RULE = Rule(
    code="KPI701",
    severity="error",
    says="The owner can be reached by e-mail.",
    fix="give the address of the team that answers for the KPI",
    check=_check,
)
