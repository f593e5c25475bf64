"""YAML together with the line on which every value stands."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from metrics.problems import DefinitionError, Problem

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class LocatedYaml:
    """A YAML document as plain data, and the line (from 1) of each key path in it."""

    file: str
    data: Any
    lines: dict[KeyPath, int]
    problems: tuple[Problem, ...] = ()

    def line(self, path: KeyPath) -> int:
        """The line of a path, or of the nearest parent that the file has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(path: Path) -> LocatedYaml:
    """Read one YAML file; raises DefinitionError if it is missing, unreadable or not YAML."""
    file = str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError([Problem(file, 1, "file", f"cannot be read: {error}")]) from error
    try:
        return _compose(file, text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = getattr(error, "problem", None) or "cannot be parsed"
        hint = "indent evenly, and quote text that holds any of , ? : #"
        raise DefinitionError([Problem(file, line, "file", f"is not YAML: {what}; {hint}")]) from error


def _compose(file: str, text: str) -> LocatedYaml:
    loader: Any = yaml.SafeLoader(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        walk = _Walk(file, loader)
        data = walk.value(node, ()) if node is not None else None
    finally:
        loader.dispose()
    return LocatedYaml(file, data, walk.lines, tuple(walk.problems))


@dataclass
class _Walk:
    """Turns nodes into data, noting lines and keys that are written twice."""

    file: str
    loader: Any
    lines: dict[KeyPath, int] = field(default_factory=dict[KeyPath, int])
    problems: list[Problem] = field(default_factory=list[Problem])

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self.loader.construct_object(node, deep=True)

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[Hashable, Any]:
        self.loader.flatten_mapping(node)
        data: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = str(self.loader.construct_object(key_node, deep=True))
            line = key_node.start_mark.line + 1
            if key in data:
                self.problems.append(Problem(self.file, line, key, "is written twice; keep one"))
            self.lines[(*path, key)] = line
            data[key] = self.value(value_node, (*path, key))
        return data
