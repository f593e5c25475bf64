"""Reads objectives, their key results and the check-ins, with every problem and its line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from metrics.contracts.loader import Contract
from metrics.contracts.objectives.binding import unmeasurable
from metrics.contracts.objectives.check_ins import CheckIn, CheckInFile
from metrics.contracts.objectives.models import Objective
from metrics.contracts.part import Part
from metrics.located_yaml import KeyPath, LocatedYaml, read_folder
from metrics.problems import DefinitionError, Problem
from metrics.validation import check

CHECK_INS = "check_ins"
File = TypeVar("File", bound=Part)


@dataclass(frozen=True)
class Okrs:
    """Objectives in the order of their files, and all check-ins from the oldest on."""

    objectives: tuple[Objective, ...] = ()
    check_ins: tuple[CheckIn, ...] = ()


@dataclass(frozen=True)
class _Read:
    """What could be read of a folder, each with the file that it is from, and all that is wrong in it."""

    objectives: list[tuple[Objective, LocatedYaml]]
    problems: list[Problem]


def load_objectives(folder: Path) -> tuple[Objective, ...]:
    """Read every ``*.yml`` of a folder, one objective each, in the order of the files.

    Raises DefinitionError with all problems of all files at once, each ``file:line: field: what, allowed``.
    """
    return _unspoilt(_read_objectives(folder))


def load_okrs(folder: Path, check_ins: Path, contracts: Sequence[Contract] | None) -> Okrs:
    """Read the objectives of a folder, whose goals must be metrics of these contracts, and check-ins, if there are any.

    Without contracts, as where others wrote the objectives, these are ambitions only: no goals and no check-ins.
    Raises DefinitionError with all problems of all files at once, each ``file:line: field: what, allowed``.
    """
    read = _read_objectives(folder)
    if contracts is None:
        return Okrs(tuple(objective.ambition() for objective in _unspoilt(read)))
    problems = list(read.problems)
    for objective, document in read.objectives:
        problems += (_problem(document, *wrong) for wrong in unmeasurable(objective, contracts))
    known = {key_result.id for objective, _ in read.objectives for key_result in objective.key_results}
    said = _read_check_ins(check_ins, None if read.problems else known, problems)
    if problems:
        raise DefinitionError(problems)
    return Okrs(_unspoilt(read), tuple(said))


def _unspoilt(read: _Read) -> tuple[Objective, ...]:
    if read.problems:
        raise DefinitionError(read.problems)
    return tuple(objective for objective, _ in read.objectives)


def _read_objectives(folder: Path) -> _Read:
    if not folder.is_dir():
        missing = Problem(str(folder), 1, "folder", "does not exist; give a folder of objective files")
        return _Read([], [missing])
    problems: list[Problem] = []
    written = list(_files(folder, Objective, problems))
    for objective, document in written:
        problems += (_problem(document, *rule) for rule in objective.rules())
    problems += _twice([(objective.id, document, ("id",)) for objective, document in written])
    problems += _twice(
        [
            (key_result.id, document, ("key_results", index, "id"))
            for objective, document in written
            for index, key_result in enumerate(objective.key_results)
        ]
    )
    return _Read(written, problems)


def _read_check_ins(folder: Path, known: set[str] | None, problems: list[Problem]) -> list[CheckIn]:
    """The check-ins of a folder, which may be missing; ``known`` key results are None if some cannot be read."""
    found: list[CheckIn] = []
    days: list[tuple[str, LocatedYaml, KeyPath]] = []
    for file, document in _files(folder, CheckInFile, problems):
        for index, check_in in enumerate(file.check_ins):
            if known is not None and check_in.key_result not in known:
                allowed = f"use one of {', '.join(sorted(known))}" if known else "no objective has one"
                field = f"{CHECK_INS}.{index}.key_result"
                problems.append(_problem(document, field, f"{check_in.key_result!r} is no key result; {allowed}"))
            days.append((f"{check_in.key_result} on {check_in.date}", document, (CHECK_INS, index, "date")))
        found += file.check_ins
    problems += _twice(days, "is checked in", "keep one a day")
    return sorted(found, key=lambda check_in: (check_in.date, check_in.key_result))


def _files(folder: Path, kind: type[File], problems: list[Problem]) -> Iterator[tuple[File, LocatedYaml]]:
    """Every file of a folder that says what it may, with what is wrong in all of them added to ``problems``."""
    for document in read_folder(folder, problems):
        file, wrong = check(kind, document, lambda path: ".".join(map(str, path)) or "file")
        problems += wrong
        if file is not None:
            yield file, document


def _problem(document: LocatedYaml, field: str, message: str) -> Problem:
    path: KeyPath = tuple(int(part) if part.isdigit() else part for part in field.split("."))
    return Problem(document.file, document.line(path), field, message)


def _twice(
    named: list[tuple[str, LocatedYaml, KeyPath]], what: str = "is already defined", rule: str = "ids are unique"
) -> Iterator[Problem]:
    first: dict[str, tuple[Any, int]] = {}
    for name, document, path in named:
        here = (document.file, document.line(path))
        other = first.setdefault(name, here)
        if other != here:
            message = f"{name!r} {what} at {other[0]}:{other[1]}; {rule}"
            yield Problem(*here, ".".join(map(str, path)), message)
