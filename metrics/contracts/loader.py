"""Reads the contracts of all departments, with every problem and its line."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from metrics.contracts.models import ContractFile, Kpi, Measured
from metrics.located_yaml import KeyPath, LocatedYaml, read_folder
from metrics.problems import DefinitionError, Problem
from metrics.validation import check


@dataclass(frozen=True)
class Contract:
    """A KPI or tracked metric with its department and the place where it is written."""

    department: str
    body: Measured
    file: str
    path: KeyPath
    lines: dict[KeyPath, int]

    @property
    def name(self) -> str:
        """Its name, unique over all departments."""
        return self.body.name

    def problem(self, field: str, message: str) -> Problem:
        """A problem at one of its fields (a dotted path)."""
        path: KeyPath = (*self.path, *(int(part) if part.isdigit() else part for part in field.split(".")))
        while path not in self.lines and len(path) > len(self.path):
            path = path[:-1]
        return Problem(self.file, self.lines.get(path, 1), f"{self.name}.{field}", message)


@dataclass(frozen=True)
class Loaded:
    """What could be read of contract files, and all that is wrong in them.

    ``complete`` is False if something could not be read, so that what is not among ``contracts`` may still exist.
    """

    contracts: tuple[Contract, ...]
    problems: tuple[Problem, ...]
    complete: bool


def load_contracts(folder: Path) -> tuple[Contract, ...]:
    """Read every ``*.yml`` of a folder: its contracts in the order of files and lines.

    Raises DefinitionError with all problems of all files at once, each ``file:line: kpi.field: what, allowed``.
    """
    loaded = read_contracts(folder)
    if loaded.problems:
        raise DefinitionError(loaded.problems)
    return loaded.contracts


def read_contracts(folder: Path) -> Loaded:
    """Read every ``*.yml`` of a folder as far as it can be read."""
    if not folder.is_dir():
        missing = Problem(str(folder), 1, "folder", "does not exist; give a folder of contract files")
        return Loaded((), (missing,), complete=False)
    unreadable: list[Problem] = []
    documents = list(read_folder(folder, unreadable))
    loaded = contracts_of(documents, complete=not unreadable)
    return Loaded(loaded.contracts, (*unreadable, *loaded.problems), loaded.complete)


def contracts_of(documents: Iterable[LocatedYaml], complete: bool = True) -> Loaded:
    """The contracts of parsed files; ``complete`` is False if there are files that could not be parsed."""
    files = [_load_file(document) for document in documents]
    items = tuple(contract for file in files for contract in file.contracts)
    complete = complete and all(file.complete for file in files)
    problems = [problem for file in files for problem in file.problems]
    return Loaded(items, (*problems, *_across_files(items, complete)), complete)


def _load_file(document: LocatedYaml) -> Loaded:
    file, problems = check(ContractFile, document, lambda path: _name(document, path))
    contracts = tuple(_contracts(file, document) if file else _readable(document))
    problems += [contract.problem(*rule) for contract in contracts for rule in contract.body.rules()]
    return Loaded(contracts, tuple(problems), complete=file is not None)


def _contracts(file: ContractFile, document: LocatedYaml) -> Iterator[Contract]:
    owned = file.owned()
    for section, items in (("kpis", owned.kpis), ("metrics", owned.metrics)):
        for index, body in enumerate(items):
            yield Contract(file.department, body, document.file, (section, index), document.lines)


def _readable(document: LocatedYaml) -> Iterator[Contract]:
    """The contracts that are right in a file that as a whole is not; none without department and owner."""
    data: dict[str, Any] = document.data if hasattr(document.data, "keys") else {}
    head = {key: data[key] for key in ("department", "owner") if key in data}
    for section in ("kpis", "metrics"):
        items = cast(list[Any], data[section]) if isinstance(data.get(section), list) else []
        for index, item in enumerate(items):
            with suppress(ValidationError):
                (contract,) = _contracts(ContractFile.model_validate({**head, section: [item]}), document)
                yield replace(contract, path=(section, index))


def _name(document: LocatedYaml, path: KeyPath) -> str:
    """``kpi.field``: the KPI's name (or its place while it has none) and the rest of the path."""
    if len(path) < 2 or path[0] not in {"kpis", "metrics"}:
        return ".".join(map(str, path)) or "file"
    item = document.data[path[0]][path[1]]
    name = item.get("name") if isinstance(item, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    rest = [str(part) for part in path[2:]]
    return ".".join([str(name or f"{path[0]}[{path[1]}]"), *rest])  # pyright: ignore[reportUnknownArgumentType]


def _across_files(items: Sequence[Contract], whole: bool) -> list[Problem]:
    """Names given twice; and unknown ones, unless they may be defined in what could not be read."""
    first: dict[str, Contract] = {}
    problems: list[Problem] = []
    for item in items:
        other = first.setdefault(item.name, item)
        if other is not item:
            where = f"{other.file}:{other.lines[other.path]}"
            problems.append(item.problem("name", f"{item.name!r} is already defined at {where}; names are unique"))
    if whole and not problems:
        problems += [problem for item in items for problem in _unknown_references(item, first)]
    return problems


def _unknown_references(item: Contract, known: dict[str, Contract]) -> Iterator[Problem]:
    yield from _no_other("parents", item.body.parents, item, known)
    if isinstance(item.body, Kpi):
        yield from _no_other("drives", item.body.drives, item, known)
    if item.body.successor is not None and item.body.successor not in known:
        allowed = ", ".join(sorted(known))
        yield item.problem("successor", f"{item.body.successor!r} is no KPI; use one of {allowed}")
    yield from _uncoverable(item, known)


def _no_other(field: str, names: Sequence[str], item: Contract, known: dict[str, Contract]) -> Iterator[Problem]:
    others = ", ".join(sorted(known.keys() - {item.name}))
    for index, name in enumerate(names):
        if name not in known or name == item.name:
            yield item.problem(f"{field}.{index}", f"{name!r} is no other KPI; use one of {others}")


def _uncoverable(item: Contract, known: dict[str, Contract]) -> Iterator[Problem]:
    """What a KPI cannot be measured against: one without totals of its own review's periods."""
    if item.body.quality.coverage is None:
        return
    of, grain = item.body.quality.coverage.of, item.body.review_grain
    allowed = [name for name, other in known.items() if other.body.total and grain in other.body.grains]
    if of not in allowed or of == item.name:
        others = ", ".join(sorted(set(allowed) - {item.name}))
        message = f"{of!r} is no other KPI with a total of each {grain}; use one of {others}"
        yield item.problem("quality.coverage.of", message)
