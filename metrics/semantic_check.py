"""Mistakes in semantic YAML that dbt reports late or without a line."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType
from dbt_semantic_interfaces.type_enums.metric_type import MetricType

from metrics.located_yaml import KeyPath, LocatedYaml, read_yaml
from metrics.problems import DefinitionError, Problem

AGGREGATIONS = tuple(kind.value for kind in AggregationType)
METRIC_TYPES = tuple(kind.value for kind in MetricType)


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
        problems = [*_twice(elements, "name"), *_twice(elements, "label"), *_misspelt(elements), *_unknown(elements)]
    if problems:
        raise DefinitionError(problems)


def named_in(files: Iterable[Path], message: str) -> Problem | None:
    """What dbt says without a line, at the first of the files' elements that it names."""
    places: list[tuple[int, _Element]] = []
    for file in files:
        for element in _elements(read_yaml(file)):
            if found := re.search(rf"[.'\"]{re.escape(element.name)}['\"]", message):
                places.append((found.start(), element))
    if not places:
        return None
    _, first = min(places, key=lambda place: place[0])
    return first.problem((), f"dbt: {message}")


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


def _misspelt(elements: list[_Element]) -> Iterator[Problem]:
    for element in elements:
        for kind, field, allowed in (("measure", "agg", AGGREGATIONS), ("metric", "type", METRIC_TYPES)):
            given = element.body.get(field)
            if element.kind == kind and given is not None and str(given).lower() not in allowed:
                yield element.problem((field,), f"{given!r} is not allowed; use one of {', '.join(allowed)}")


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
