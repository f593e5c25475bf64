"""Puts a KPI into the text of a contract file and leaves every other character as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from metrics.authoring.layout import item_lines


class InsertionError(ValueError):
    """Why nothing can be put into a file."""


@dataclass(frozen=True)
class Inserted:
    """The new text of a file, and the lines (from 1, both included) on which the KPI stands in it."""

    text: str
    first: int
    last: int


@dataclass(frozen=True)
class _Place:
    """Where a KPI goes: before line ``index`` (from 0), its dash in column ``indent``, under ``above``."""

    index: int
    indent: int
    above: tuple[str, ...]


def insert_kpi(text: str, contract: Mapping[str, Any]) -> Inserted:
    """Put a KPI at the end of the file's ``kpis``; raises InsertionError where they are not a list of lines."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = _without_empty_list(text).splitlines(keepends=True)
    place = _place("".join(lines), lines)
    item = item_lines(contract, place.indent)
    if place.index and not lines[place.index - 1].endswith("\n"):
        lines[place.index - 1] += newline
    added = [f"{line}{newline}" for line in (*place.above, *item)]
    first = place.index + len(place.above) + 1
    return Inserted("".join([*lines[: place.index], *added, *lines[place.index :]]), first, first + len(item) - 1)


def _keys(text: str) -> list[tuple[yaml.Node, yaml.Node]]:
    loader: Any = yaml.SafeLoader(text)
    node: yaml.Node | None = loader.get_single_node()
    if not isinstance(node, yaml.MappingNode):
        raise InsertionError("is not a mapping; it starts with department: and owner:")
    return node.value


def _kpis(text: str) -> tuple[yaml.Node, yaml.Node] | None:
    return next((pair for pair in _keys(text) if pair[0].value == "kpis"), None)


def _without_empty_list(text: str) -> str:
    """The text with ``kpis: []`` as ``kpis:``; raises InsertionError for a list in brackets that has items."""
    pair = _kpis(text)
    if pair is None or not isinstance(pair[1], yaml.SequenceNode) or not pair[1].flow_style:
        return text
    if pair[1].value:
        raise InsertionError("kpis is written in brackets; write each KPI on lines of its own")
    return text[: pair[1].start_mark.index].rstrip(" ") + text[pair[1].end_mark.index :]


def _place(text: str, lines: list[str]) -> _Place:
    pair = _kpis(text)
    if pair is None:
        return _Place(_last_content(lines, len(lines)), 2, ("", "kpis:"))
    starts = [key.start_mark.line for key, _ in _keys(text)]
    following = min((line for line in starts if line > pair[0].start_mark.line), default=None)
    end = len(lines) if following is None else _above_comments(lines, following)
    index = _last_content(lines, end)
    if isinstance(pair[1], yaml.SequenceNode) and pair[1].value:
        return _Place(index, pair[1].start_mark.column, ("",))
    return _Place(index, 2, ())


def _above_comments(lines: list[str], index: int) -> int:
    """The first of the comments at the margin that stand directly above a line: they are about it."""
    while index and lines[index - 1].startswith("#"):
        index -= 1
    return index


def _last_content(lines: list[str], index: int) -> int:
    """The index after the last line above ``index`` that is not blank."""
    while index and not lines[index - 1].strip():
        index -= 1
    return index
