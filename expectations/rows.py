"""Finds the rows that break a rule of their suite, and says of each what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from expectations.columns import Column
from expectations.messages import message
from expectations.placeholders import resolved
from expectations.privacy import tells_nobody

if TYPE_CHECKING:
    import pyarrow as pa

    from expectations.suite import Rule, Suite

_COLUMNS = ("column", "column_A", "column_B")


@dataclass(frozen=True)
class Broken:
    """The rows that break one rule: their positions in the table (from 0, ascending) and a message for each."""

    rule: str
    positions: tuple[int, ...]
    messages: tuple[str, ...]


def broken_rows(table: pa.Table, suite: Suite, columns: Sequence[Column], now: datetime) -> list[Broken]:
    """Judge the typed rows of one chunk (``Split.kept``) by the row rules; rules without broken rows are absent.

    ``now`` is the latest moment at which a row can have happened, on the wall clock of the source (as the typed times
    are): the later of the pull's clock and the company's stated as-of. Values of columns with ``pii`` are masked in
    messages. Raises ``SuiteError`` naming the rule if one cannot be judged.
    """
    if not suite.rows or not table.num_rows:
        return []
    from expectations.frames import frame, with_computed
    from expectations.gx import unexpected

    now = now.replace(tzinfo=None)
    table = with_computed(table, suite.computed)
    names = [name for name in table.column_names if any(_names(rule, name) for rule in suite.rows)]
    rules = [(rule, {name: resolved(value, now) for name, value in rule.kwargs.items()}) for rule in suite.rows]
    found = unexpected(frame(table, names), rules)
    masked = _masked(suite.computed, columns)
    return [
        Broken(rule.name, tuple(found[rule.name]), _messages(table, rule, found[rule.name], suite.computed, masked))
        for rule in suite.rows
        if found[rule.name]
    ]


def _names(rule: Rule, column: str) -> bool:
    asked = column in (rule.kwargs.get(name) for name in _COLUMNS)
    return asked or _mentions(str(rule.kwargs.get("row_condition", "")), column)


def _mentions(expression: str, column: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(column)}(?!\w)", expression) is not None


def _masked(computed: Mapping[str, str], columns: Sequence[Column]) -> frozenset[str]:
    """Columns whose values are personal data, or computed from some."""
    personal = {column.name for column in columns if column.pii}
    derived = {name for name, sql in computed.items() if any(_mentions(sql, column) for column in personal)}
    return frozenset(personal | derived)


def _messages(
    table: pa.Table, rule: Rule, rows: list[int], computed: Mapping[str, str], masked: frozenset[str]
) -> tuple[str, ...]:
    asked: list[str] = [rule.kwargs[name] for name in _COLUMNS if name in rule.kwargs]
    values: list[dict[str, Any]] = table.select(asked).take(rows).to_pylist()
    return tuple(message(rule, found, computed, masked | _telling(found, masked)) for found in values)


def _telling(values: Mapping[str, object], masked: frozenset[str]) -> set[str]:
    """The columns of a row whose values may be personal data of another column, in a table that has such data."""
    return {column for column, value in values.items() if masked and not tells_nobody(value)}
