"""Mistakes in semantic YAML that dbt reports late or without a line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from metrics.located_yaml import KeyPath, LocatedYaml, read_yaml
from metrics.problems import DefinitionError, Problem


@dataclass(frozen=True)
class _Element:
    """A metric, measure or semantic model and where it is written."""

    kind: str
    body: dict[str, Any]
    document: LocatedYaml
    path: KeyPath

    @property
    def name(self) -> str:
        return str(self.body.get("name"))

    def problem(self, field: KeyPath, message: str) -> Problem:
        where = ".".join((self.name, *map(str, field)))
        return Problem(self.document.file, self.document.line((*self.path, *field)), where, message)


def check_semantic_files(files: Iterable[Path]) -> None:
    """Raise DefinitionError for files that are not YAML, names and labels given twice, and unknown references."""
    elements: list[_Element] = []
    problems: list[Problem] = []
    for file in files:
        try:
            document = read_yaml(file)
        except DefinitionError as error:
            problems += error.problems
        else:
            problems += document.problems
            elements += _elements(document)
    if not problems:
        problems = [*_twice(elements, "name"), *_twice(elements, "label"), *_unknown(elements)]
    if problems:
        raise DefinitionError(problems)


def metric_names(files: Iterable[Path]) -> frozenset[str]:
    """Every metric that semantic files define, those that measures make included; raises DefinitionError."""
    elements = [element for file in files for element in _elements(read_yaml(file))]
    return frozenset(_metric_names(elements))


def _metric_names(elements: list[_Element]) -> set[str]:
    return {element.name for element in elements if element.kind == "metric" or element.body.get("create_metric")}


def _elements(document: LocatedYaml) -> Iterator[_Element]:
    for kind, section in (("metric", "metrics"), ("semantic model", "semantic_models")):
        for path, body in _items(document.data, (section,)):
            yield _Element(kind, body, document, path)
            for place, measure in _items(body, ("measures",)):
                yield _Element("measure", measure, document, (*path, *place))


def _items(data: Any, path: KeyPath) -> list[tuple[KeyPath, Any]]:
    found: Any = data.get(path[-1]) if isinstance(data, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    listed: list[Any] = found if isinstance(found, list) else []  # pyright: ignore[reportUnknownVariableType]
    return [((*path, index), item) for index, item in enumerate(listed) if isinstance(item, dict)]


def _twice(elements: list[_Element], key: str) -> Iterator[Problem]:
    first: dict[tuple[str, str], _Element] = {}
    for element in elements:
        if key not in element.body or (key == "label" and element.kind != "metric"):
            continue
        text = str(element.body[key])
        other = first.setdefault((element.kind, text), element)
        if other is not element:
            where = f"{other.document.file}:{other.document.line((*other.path, key))}"
            yield element.problem((key,), f"{text!r} is another {element.kind}'s {key} ({where}); {key}s are unique")


def _unknown(elements: list[_Element]) -> Iterator[Problem]:
    measures = {element.name for element in elements if element.kind == "measure"}
    metrics = _metric_names(elements)
    for element in elements:
        if element.kind != "metric":
            continue
        for field, known in (("measure", measures), ("numerator", metrics), ("denominator", metrics)):
            name = _referred(element.body.get("type_params"), field)
            if name is not None and name not in known:
                kind = "measure" if field == "measure" else "metric"
                message = f"{name!r} is no {kind}; use one of {', '.join(sorted(known))}, or define it"
                yield element.problem(("type_params", field), message)


def _referred(parameters: Any, field: str) -> Any:
    """The name in ``field: name`` or ``field: {name: name, …}``."""
    given: Any = parameters.get(field) if isinstance(parameters, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return given.get("name") if isinstance(given, dict) else given  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
