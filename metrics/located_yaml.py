"""YAML together with the line on which every value stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from metrics.problems import DefinitionError, Problem

KeyPath = tuple[str | int, ...]

# Ten times as fast where PyYAML has its C parser; errors are told in the words of the other.
_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class LocatedYaml:
    """A YAML document as plain data, and the line (from 1) of each key path in it.

    Keys are text as it is written: ``on`` and ``2026`` are names, not a boolean and a number. ``repeated`` holds path
    and line of every key that its mapping had before. ``data`` is None for an empty document.
    """

    file: str
    data: Any
    lines: dict[KeyPath, int]
    repeated: tuple[tuple[KeyPath, int], ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """A problem for every key that is written twice."""
        return tuple(
            Problem(self.file, line, str(path[-1]), "is written twice; keep one") for path, line in self.repeated
        )

    def line(self, path: KeyPath) -> int:
        """The line of a path, or of the nearest parent that the file has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(path: Path) -> LocatedYaml:
    """Read one YAML file; raises DefinitionError if it is missing, unreadable or not YAML."""
    file = shown(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DefinitionError([Problem(file, 1, "file", f"cannot be read: {error}")]) from error
    try:
        return _compose(file, text, _FAST)
    except yaml.YAMLError:
        return _in_words(file, text)


def read_folder(folder: Path, problems: list[Problem]) -> Iterator[LocatedYaml]:
    """Read every ``*.yml`` of a folder that can be read, by name; what is wrong in others is added to ``problems``."""
    for path in sorted(folder.glob("*.yml")):
        try:
            yield read_yaml(path)
        except DefinitionError as error:
            problems += error.problems


def shown(path: Path) -> str:
    """A path as its reader would write it: relative to where they stand, if it is below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _in_words(file: str, text: str) -> LocatedYaml:
    try:
        return _compose(file, text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = getattr(error, "problem", None) or "cannot be parsed"
        hint = "indent evenly, and quote text that holds any of , ? : #"
        raise DefinitionError([Problem(file, line, "file", f"is not YAML: {what}; {hint}")]) from error


def _compose(file: str, text: str, kind: Any) -> LocatedYaml:
    loader = kind(text)
    try:
        node: yaml.Node | None = loader.get_single_node()
        if node is None:
            return LocatedYaml(file, None, {})
        walk = _Walk(loader)
        repeated = tuple(walk.repeated(node, ()))
        return LocatedYaml(file, walk.value(node, ()), walk.lines, repeated)
    finally:
        loader.dispose()


@dataclass
class _Walk:
    """Turns nodes into data and notes their lines."""

    loader: Any
    lines: dict[KeyPath, int] = field(default_factory=dict[KeyPath, int])

    def repeated(self, node: yaml.Node, path: KeyPath) -> Iterator[tuple[KeyPath, int]]:
        """Keys that a mapping has twice; to be asked before values, which bring merged keys in."""
        seen: set[str] = set()
        for key_node, key, item in self._entries(node):
            if key in seen:
                yield (*path, key), key_node.start_mark.line + 1
            seen.add(key)
            yield from self.repeated(item, (*path, key))
        for index, item in enumerate(node.value if isinstance(node, yaml.SequenceNode) else ()):
            yield from self.repeated(item, (*path, index))

    def value(self, node: yaml.Node, path: KeyPath) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        try:
            return self.loader.construct_object(node, deep=True)
        except ValueError:  # a day that its month does not have: text, which whoever wants a day refuses
            return node.value

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[str, Any]:
        self.loader.flatten_mapping(node)
        data: dict[str, Any] = {}
        for key_node, key, item in self._entries(node):
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            data[key] = self.value(item, (*path, key))
        return data

    def _entries(self, node: yaml.Node) -> Iterator[tuple[yaml.Node, str, yaml.Node]]:
        for key_node, item in node.value if isinstance(node, yaml.MappingNode) else ():
            is_text = isinstance(key_node, yaml.ScalarNode)
            key = key_node.value if is_text else str(self.loader.construct_object(key_node, deep=True))
            yield key_node, key, item
