"""Reads the objectives that KPIs serve, with every problem and its line."""

from collections.abc import Iterator
from pathlib import Path

from metrics.contracts.models import Owner, Text
from metrics.contracts.part import Part
from metrics.contracts.words import Identifier
from metrics.located_yaml import LocatedYaml, read_yaml
from metrics.problems import DefinitionError, Problem
from metrics.validation import check


class Objective(Part):
    """An ambition that KPIs serve: a KPI names it by ``id``."""

    id: Identifier
    label: Text
    description: Text
    owner: Owner


def load_objectives(folder: Path) -> tuple[Objective, ...]:
    """Read every ``*.yml`` of a folder, one objective each, in the order of the files.

    Raises DefinitionError with all problems of all files at once, each ``file:line: field: what, allowed``.
    """
    if not folder.is_dir():
        raise DefinitionError([Problem(str(folder), 1, "folder", "does not exist; give a folder of objective files")])
    problems: list[Problem] = []
    written: list[tuple[Objective, LocatedYaml]] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            document = read_yaml(path)
        except DefinitionError as error:
            problems += error.problems
            continue
        objective, wrong = check(Objective, document, lambda path: ".".join(map(str, path)) or "file")
        problems += wrong
        written += [(objective, document)] if objective else []
    problems += _twice(written)
    if problems:
        raise DefinitionError(problems)
    return tuple(objective for objective, _ in written)


def _twice(written: list[tuple[Objective, LocatedYaml]]) -> Iterator[Problem]:
    first: dict[str, LocatedYaml] = {}
    for objective, document in written:
        other = first.setdefault(objective.id, document)
        if other is not document:
            where = f"{other.file}:{other.line(('id',))}"
            message = f"{objective.id!r} is already defined at {where}; ids are unique"
            yield Problem(document.file, document.line(("id",)), "id", message)
