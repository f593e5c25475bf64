"""``kpis.lock``: which version of each KPI means what, so that a meaning cannot change without a new version."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from metrics.atomic_files import write_atomically
from metrics.compiler.definitions import Definition
from metrics.contracts.loader import Contract
from metrics.contracts.models import Lifecycle
from metrics.contracts.part import Part
from metrics.located_yaml import read_yaml
from metrics.problems import DefinitionError, Problem

_HEAD = "# The approved meaning of every KPI and tracked metric; written by `kpi compile`, never by hand.\n"


class LockedKpi(Part):
    """An approved definition: its version, its fingerprint, and the formula in words."""

    version: int
    hash: str
    lifecycle: Lifecycle = "active"
    formula: str


@dataclass(frozen=True)
class Lock:
    """The approved definitions by name, and the line of each in ``file``."""

    file: str
    kpis: Mapping[str, LockedKpi]
    lines: Mapping[str, int]

    def problem(self, name: str, message: str) -> Problem:
        """A problem at an entry of the lock."""
        return Problem(self.file, self.lines.get(name, 1), name, message)


def read_lock(path: Path) -> Lock | None:
    """Read a lock; None if there is none. Raises DefinitionError if it is not what `kpi compile` writes."""
    if not path.exists():
        return None
    document = read_yaml(path)
    try:
        kpis = TypeAdapter(dict[str, LockedKpi]).validate_python(document.data or {})
    except ValueError as error:
        message = "is not a lock; take it from git, or delete it and run `kpi lint --update-lock`"
        raise DefinitionError([Problem(document.file, 1, "file", message)]) from error
    return Lock(document.file, kpis, {name: document.line((name,)) for name in kpis})


def lock_text(contracts: Iterable[Contract], definitions: Mapping[str, Definition]) -> str:
    """The lock of these definitions: a line each, by name."""
    entries = {contract.name: entry(contract, definitions[contract.name]) for contract in contracts}
    return _HEAD + "".join(_line(name, entries[name]) for name in sorted(entries))


def check_lock(lock: Lock | None, contracts: Sequence[Contract], definitions: Mapping[str, Definition]) -> None:
    """Raise DefinitionError if a number means something else under an old version, or a version went back."""
    changes = tuple(compare(lock, contracts, definitions)) if lock else ()
    problems = [*unversioned(changes), *lowered(changes)]
    if problems:
        raise DefinitionError(problems)


def approve(lock: Lock | None, contracts: Sequence[Contract], definitions: Mapping[str, Definition]) -> str:
    """The text of the next lock; raises DefinitionError for what may not happen, removals included."""
    check_lock(lock, contracts, definitions)
    problems = list(removed(lock, contracts)) if lock else []
    if problems:
        raise DefinitionError(problems)
    return lock_text(contracts, definitions)


def write_lock(path: Path, text: str, only_compare: bool = False) -> bool:
    """Write a lock at once or not at all; tells whether it is another than there was."""
    is_same = path.exists() and path.read_text(encoding="utf-8") == text
    if is_same or only_compare:
        return not is_same
    write_atomically(path, text)
    return True


def entry(contract: Contract, definition: Definition) -> LockedKpi:
    """What the lock holds of a contract."""
    body = contract.body
    return LockedKpi(version=body.version, hash=definition.hash, lifecycle=body.lifecycle, formula=definition.formula)


def _line(name: str, locked: LockedKpi) -> str:
    fields = [
        f"{key}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in locked.model_dump(exclude_defaults=True).items()
    ]
    return f"{name}: {{{', '.join(fields)}}}\n"


@dataclass(frozen=True)
class Change:
    """A contract beside its locked definition."""

    contract: Contract
    definition: Definition
    locked: LockedKpi

    @property
    def is_new_meaning(self) -> bool:
        """True if the number means something else than was approved."""
        return self.definition.hash != self.locked.hash

    @property
    def entry(self) -> LockedKpi:
        """What the lock would hold of it."""
        return entry(self.contract, self.definition)

    @property
    def is_allowed(self) -> bool:
        """True unless a meaning changes under an old version, or a version goes back."""
        return self.raised > 0 or (self.raised == 0 and not self.is_new_meaning)

    @property
    def raised(self) -> int:
        """By how much the version is above the locked one."""
        return self.contract.body.version - self.locked.version


def compare(lock: Lock, contracts: Iterable[Contract], definitions: Mapping[str, Definition]) -> Iterator[Change]:
    """Every contract that is locked and compiled, beside what is locked."""
    for contract in contracts:
        if contract.name in lock.kpis and contract.name in definitions:
            yield Change(contract, definitions[contract.name], lock.kpis[contract.name])


def unversioned(changes: Iterable[Change]) -> Iterator[Problem]:
    """Changes of meaning under an old version."""
    for change in changes:
        if change.is_new_meaning and change.raised == 0:
            version = change.locked.version
            message = f"is still {version}, but the number means something else: {_difference(change)}"
            yield change.contract.problem("version", f"{message}; raise version to {version + 1}")


def lowered(changes: Iterable[Change]) -> Iterator[Problem]:
    """Versions below the locked one."""
    for change in changes:
        if change.raised < 0:
            version, locked = change.contract.body.version, change.locked.version
            meant = locked + 1 if change.is_new_meaning else locked
            yield change.contract.problem("version", f"is {version}, below the approved {locked}; use {meant}")


def removed(lock: Lock, contracts: Iterable[Contract]) -> Iterator[Problem]:
    """Approved KPIs that are gone without having retired."""
    there = {contract.name for contract in contracts}
    for name, locked in lock.kpis.items():
        if name not in there and locked.lifecycle == "active":
            yield lock.problem(name, "is gone without having retired; its history would lose its definition")


def _difference(change: Change) -> str:
    was, now = change.locked.formula, change.definition.formula
    if was != now:
        return f"it was “{was}”, now it is “{now}”"
    return f"“{now}” reads other columns, rows or days than before, or its unit or maturity changed"
