"""Writes a draft into its department's contract file, and tells before that what is wrong with it."""

import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from metrics.atomic_files import write_atomically
from metrics.authoring.drafts import Draft
from metrics.authoring.insertion import Inserted, InsertionError, insert_kpi
from metrics.authoring.layout import head_lines
from metrics.contracts import Contract, Loaded, read_contracts
from metrics.located_yaml import read_yaml
from metrics.problems import DefinitionError, Problem

Check = Callable[[Contract, Loaded], Sequence[Problem]]


@dataclass(frozen=True)
class Written:
    """Where a contract was written."""

    file: Path
    line: int
    contract: Contract


class ContractFiles:
    """The contract files of a company, and one draft that is not among them yet.

    ``folder`` is where contracts are read from, ``target`` the folder to write to: where it does not exist, it starts
    as a copy of ``folder``. ``checks`` are made on a draft that loads, beside those of the loader.
    """

    def __init__(self, folder: Path, target: Path, checks: Sequence[Check] = ()):
        self.folder = folder
        self.target = target
        self._checks = checks

    def owner(self, department: str) -> Mapping[str, Any] | None:
        """The owner of a department's file; None for a department without one."""
        file = self._file(self.folder, department)
        return None if file is None else read_yaml(file).data.get("owner")

    def file(self, department: str) -> Path:
        """The file that a draft of the department goes to."""
        found = self._file(self.folder, department)
        return self.target / (found.name if found else f"{department}.yml")

    def problems(self, draft: Draft, whole: bool = False) -> list[Problem]:
        """What is wrong with the answers given so far, or with ``whole`` also what is missing.

        The ``field`` of a problem is its path in the contract, such as ``targets.0.value``.
        """
        tried = draft if whole else draft.completed()
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(shutil.copytree(self.folder, Path(scratch) / "kpis"))
            found = [self._in_place(problem, folder) for problem in self._found(folder, tried)]
        if whole:
            return found
        return [problem for problem in found if _concerns(problem.field, draft.answered)]

    def write(self, draft: Draft) -> Written:
        """Write the draft; raises DefinitionError, or whatever ends it early, with every file as it was."""
        with _all_or_nothing(self.target):
            if not self.target.exists():
                shutil.copytree(self.folder, self.target)
            file, inserted = self._insert(self.target, draft)
            loaded = read_contracts(self.target)
            if loaded.problems:
                raise DefinitionError(loaded.problems)
        (contract,) = (contract for contract in loaded.contracts if contract.name == draft.get("name"))
        return Written(file, inserted.first, contract)

    def _found(self, folder: Path, draft: Draft) -> Iterator[Problem]:
        try:
            file, inserted = self._insert(folder, draft)
        except InsertionError as error:
            yield Problem(str(self._file(folder, draft.department)), 1, "kpis", str(error))
            return
        loaded = read_contracts(folder)
        here = [problem for problem in loaded.problems if Path(problem.file).name == file.name]
        own = [problem for problem in here if inserted.first <= problem.line <= inserted.last]
        head = [] if own else [problem for problem in here if problem.line < inserted.first]
        yield from (_named(problem, draft) for problem in (*own, *head))
        if not own:
            yield from (_named(problem, draft) for problem in self._checked(loaded, draft, file.name))

    def _checked(self, loaded: Loaded, draft: Draft, file: str) -> Iterator[Problem]:
        """What the checks find in the draft, if it is among the contracts of its file."""
        for contract in loaded.contracts:
            if contract.name == draft.get("name") and Path(contract.file).name == file:
                for check in self._checks:
                    yield from check(contract, loaded)

    def _in_place(self, problem: Problem, folder: Path) -> Problem:
        """The same problem, naming the files that people know."""
        here = str(folder)
        file, message = (text.replace(here, str(self.folder)) for text in (problem.file, problem.message))
        return replace(problem, file=file, message=message)

    def _insert(self, folder: Path, draft: Draft) -> tuple[Path, Inserted]:
        """Put the draft into its file in ``folder``."""
        file = self._file(folder, draft.department)
        if file is None:
            file = folder / f"{draft.department}.yml"
            text = "\n".join([*head_lines(draft.department, draft.owner), ""])
        else:
            text = file.read_bytes().decode()
        inserted = insert_kpi(text, {"name": None, "version": 1, **draft.fields})
        write_atomically(file, inserted.text)
        return file, inserted

    @staticmethod
    def _file(folder: Path, department: str) -> Path | None:
        for file in sorted(folder.glob("*.yml")):
            data = read_yaml(file).data
            if isinstance(data, dict) and cast(dict[str, Any], data).get("department") == department:
                return file
        return None


def _concerns(field: str, answered: set[str]) -> bool:
    """Whether a problem is about an answer or an item of it."""
    return field in answered or any(field.startswith(f"{path}.") for path in answered)


def _named(problem: Problem, draft: Draft) -> Problem:
    """The same problem with the field's path in the contract, without the KPI's name or place."""
    name = f"{draft.get('name')}."
    field = problem.field[len(name) :] if problem.field.startswith(name) else problem.field.partition("].")[2]
    return Problem(problem.file, problem.line, field or problem.field, problem.message)


@contextmanager
def _all_or_nothing(folder: Path) -> Generator[None, None, None]:
    """Give a folder back as it was if the block does not end well."""
    before = {file: file.read_bytes() for file in folder.glob("*.yml")} if folder.exists() else None
    try:
        yield
    except BaseException:
        if before is None:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            _restore(folder, before)
        raise


def _restore(folder: Path, before: Mapping[Path, bytes]) -> None:
    for file in folder.glob("*.yml"):
        if file not in before:
            file.unlink()
        elif file.read_bytes() != before[file]:
            file.write_bytes(before[file])
