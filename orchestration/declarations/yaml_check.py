"""Checks values of a YAML file one by one and collects what is wrong, each with its line and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from metrics.located_yaml import LocatedYaml
from orchestration.errors import shown

Where = tuple[str, ...]
SPAN = re.compile(r"(\d+)([hd])")


def listed(names: Iterable[str]) -> str:
    """The allowed names, for the end of a message."""
    names = list(names)
    return f"one of {', '.join(names)}" if names else "a declared name (there is none)"


def _found(value: Any) -> str:
    return "is missing" if value is None else f"{value!r} is not allowed"


@dataclass
class Checker:
    """Collects errors while it builds; what it builds is only right when there are none.

    ``structure`` says which words hold the file together, by depth: they are left out of the places in messages.
    """

    path: Path
    document: LocatedYaml
    errors: list[tuple[int, str]] = field(default_factory=list)
    structure: ClassVar[dict[int, str]] = {}

    def error(self, where: Where, what: str) -> None:
        """Record what is wrong with the entry at ``where``."""
        self.error_at(self.document.line(where), where, what)

    def error_at(self, line: int, where: Where, what: str) -> None:
        """Record what is wrong on a line; the place is told without the words that only hold the file together."""
        place = [
            word for depth, word in enumerate(where) if self.structure.get(depth) != word or len(where) == depth + 1
        ]
        self.errors.append((line, f"{shown(self.path)}:{line}: {'.'.join(place)}: {what}"))

    def mapping(self, where: Where, value: Any) -> dict[str, Any]:
        """A mapping of names to declarations, not empty."""
        if isinstance(value, dict) and value:
            return {str(key): entry for key, entry in value.items()}
        self.error(where, "is missing or empty; write a mapping of name to declaration")
        return {}

    def fields(self, where: Where, value: Any, allowed: Collection[str]) -> dict[str, Any]:
        """A mapping with no other keys than the allowed ones."""
        if not isinstance(value, dict):
            self.error(where, f"must be a mapping with the fields {', '.join(allowed)}")
            return {}
        for name in value:
            if name not in allowed:
                self.error((*where, str(name)), f"is not a field; use {listed(allowed)}")
        return {str(name): entry for name, entry in value.items() if name in allowed}

    def one_of(self, where: Where, value: Any, allowed: Collection[str]) -> str:
        """One of the allowed words."""
        if value not in allowed:
            self.error(where, f"{_found(value)}; use {listed(allowed)}")
        return str(value)

    def text(self, where: Where, value: Any, wanted: str) -> str:
        """Text, not empty."""
        if not isinstance(value, str) or not value:
            self.error(where, f"{_found(value)}; write {wanted}")
            return ""
        return value

    def among(self, where: Where, value: Any, columns: Collection[str]) -> tuple[str, ...]:
        """A list of declared columns."""
        if value is None:
            return ()
        if not isinstance(value, list) or not value:
            self.error(where, f"{value!r} is not allowed; write a list of columns such as [order_id]")
            return ()
        for name in value:
            if name not in columns:
                self.error(where, f"{name!r} is not among columns; use {listed(columns)}")
        return tuple(str(name) for name in value)

    def single(self, where: Where, value: Any, columns: Collection[str]) -> str | None:
        """One declared column, or None."""
        return (self.among(where, [value], columns) or (None,))[0] if value is not None else None

    def span(self, where: Where, value: Any) -> timedelta | None:
        """A span in hours or days, or None."""
        found = SPAN.fullmatch(str(value))
        if value is not None and not found:
            self.error(where, f"{value!r} is not a time span; write hours or days such as 24h or 7d")
        return timedelta(**{"hours" if found[2] == "h" else "days": int(found[1])}) if found else None

    def share(self, where: Where, value: Any) -> float:
        """A number from 0 to 1."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            self.error(where, f"{value!r} is not a share; write a number from 0 to 1")
            return 0.0
        return float(value)
