"""What is asked of a KPI, and what an answer is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from orchestration.errors import UsageError

UNKNOWN = "(unknown)"
Kpi = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """A KPI at a grain, by dimensions, where a condition holds, for periods that begin from ``first`` to ``last``.

    ``known_at`` (naive UTC) asks for what a reader of the mart saw then, None for what the mart says now.
    """

    name: str
    grain: str
    by: tuple[str, ...] = ()
    where: str = ""
    first: date | None = None
    last: date | None = None
    known_at: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """The SQL that answers, and the published ``file`` that it is for; ``source`` says it to a person."""

    sql: str
    file: str
    source: str
    dimensions: tuple[str, ...]


def at_allowed_grain(question: Question, kpi: Kpi) -> Question:
    """Fill in the grain of the KPI's review where none is asked for.

    Raises:
        UsageError: the contract does not have the grain.
    """
    allowed = names(kpi["grains"])
    grain = question.grain or kpi["review_grain"] or allowed[0]
    if grain not in allowed:
        raise UsageError(f"--grain {grain}: {question.name} does not have it; use one of {', '.join(allowed)}")
    return replace(question, grain=grain)


def names(listed: str | None) -> list[str]:
    """Return the names in a text with commas."""
    return [name.strip() for name in (listed or "").split(",") if name.strip()]


def literal(value: object) -> str:
    """Write an SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Quote an SQL name."""
    return '"' + name.replace('"', '""') + '"'
