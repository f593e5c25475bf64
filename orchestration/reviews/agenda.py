"""What an agenda is made of, whatever it is written as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from metrics.calendar import Grain
from metrics.wording.numbers import NOTHING, Language

Cadence = Literal["daily", "weekly", "monthly", "quarterly"]
GRAIN: dict[Cadence, Grain] = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter"}


@dataclass(frozen=True)
class Scope:
    """Which review it is: of whom (a department, ``company``, or empty for all), how often, in which language.

    ``now`` is the run's as-of on the company's clocks, ``as_of`` the same in UTC, both naive.
    """

    cadence: Cadence
    department: str
    lang: Language
    as_of: datetime
    now: datetime

    @property
    def grain(self) -> Grain:
        """The grain of the periods that the review looks at."""
        return GRAIN[self.cadence]


@dataclass(frozen=True)
class Item:
    """One point: what it is about, a mark such as a status, what there is to say, and smaller print."""

    about: str
    text: str
    mark: str = ""
    tone: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Columns and rows; ``numeric`` are the positions of columns that are aligned to the right.

    ``status`` is the position of the one that holds statuses, if any, and ``tones`` whether each row's is good or bad.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    status: int | None = None
    tones: tuple[str, ...] = ()

    def classes(self, row: int, column: int) -> str:
        """How a cell looks, as class names of a style sheet."""
        tone = self.tones[row] if column == self.status else ""
        number = "number" if column in self.numeric else ""
        empty = "none" if self.rows[row][column] == NOTHING else ""
        return " ".join(name for name in (number, tone, empty) if name)


@dataclass(frozen=True)
class Section:
    """A part of the agenda; ``empty`` is said where it has neither items nor tables."""

    id: str
    title: str
    empty: str
    items: tuple[Item, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to talk about."""
        return not self.items and not any(table.rows for table in self.tables)


@dataclass(frozen=True)
class Agenda:
    """All of it: heading, a sentence that says how things stand, an overview, and the sections in their order."""

    lang: Language
    title: str
    period: str
    as_of: str
    summary: str
    overview: Table
    sections: tuple[Section, ...]
    footer: str


@dataclass(frozen=True)
class Span:
    """The latest complete period of a review, by its first and last day."""

    start: date
    end: date


def capital(text: str) -> str:
    """A text from a capital."""
    return text[:1].upper() + text[1:]
