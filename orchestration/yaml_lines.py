"""Reads YAML so that every value knows its line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

Where = tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """A parsed YAML file: its value, the line of every mapping entry, and keys that occur twice."""

    value: object
    lines: dict[Where, int] = field(default_factory=dict)
    repeated: tuple[tuple[Where, int], ...] = ()

    def line(self, where: Where) -> int:
        """Line of an entry, or of the nearest entry that holds it; 1 for the document itself."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


def read_yaml(path: Path) -> Document:
    """Parse a file with safe tags only; syntax errors are ``yaml.YAMLError``."""
    text = path.read_text(encoding="utf-8")
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        return Document({})
    entries = list(_entries(node, ()))
    lines: dict[Where, int] = {}
    repeated = []
    for where, line in entries:
        if where in lines:
            repeated.append((where, line))
        lines[where] = line
    return Document(yaml.load(text, Loader=_TextKeys), lines, tuple(repeated))  # noqa: S506 - a SafeLoader


class _TextKeys(yaml.SafeLoader):
    """Keys are names: ``on`` and ``no`` are columns too, not booleans."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, object]:
        self.flatten_mapping(node)
        return {str(key.value): self.construct_object(value, deep=True) for key, value in node.value}


def _entries(node: yaml.Node, where: Where) -> Iterator[tuple[Where, int]]:
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        here = (*where, str(key.value))
        yield here, key.start_mark.line + 1
        yield from _entries(value, here)
