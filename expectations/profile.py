"""The profile of a delivery: a few numbers about its rows, gathered chunk by chunk in bounded memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, Self

from expectations.columns import Column
from expectations.comparison import PAST, compared, row_columns
from expectations.gathering import Keys, Numbers, Texts, Times

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PAST", "ColumnProfile", "DeliveryProfile", "Profiler", "compared", "row_columns"]

NUMBERS = ("integer", "decimal", "double")
_EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class ColumnProfile:
    """One column: share of NULLs; of numbers min, max, mean and median; of texts with few values the share of each."""

    nulls: float
    min: float | None = None
    max: float | None = None
    mean: float | None = None
    median: float | None = None
    shares: Mapping[str, float] | None = None


@dataclass(frozen=True)
class DeliveryProfile:
    """One delivery in numbers; what its landing footer remembers.

    ``rows_per_day`` is the size of a typical complete day: half of the rows lie on days at least so large. ``hours``
    are the shares of the 24 hours of complete days. ``oldest``, ``newest`` are ISO times on the source's wall clock.
    ``duplicate_keys`` counts rows that repeat a key, ``conflicting_keys`` the keys whose rows differ. Columns with
    personal data have no values here.
    """

    rows: int = 0
    days: int = 0
    rows_per_day: float | None = None
    oldest: str | None = None
    newest: str | None = None
    hours: tuple[float, ...] | None = None
    duplicate_keys: int = 0
    conflicting_keys: int = 0
    columns: Mapping[str, ColumnProfile] = field(default_factory=dict[str, ColumnProfile])

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON, without what is empty."""
        columns = {name: _filled(vars(column)) for name, column in self.columns.items()}
        return {**_filled(vars(self)), "columns": columns}

    @staticmethod
    def from_json(fields: Mapping[str, Any]) -> DeliveryProfile:
        """The reverse of ``to_json``."""
        columns = {name: ColumnProfile(**column) for name, column in fields.get("columns", {}).items()}
        hours = tuple(fields["hours"]) if fields.get("hours") else None
        return DeliveryProfile(**{**fields, "columns": columns, "hours": hours})


class Profiler:
    """Takes the typed chunks of one delivery and gives its profile; a context manager, since it may hold files.

    ``identity`` are the columns that name a version of a row: the key and the cursor, if there is one. ``now`` as in
    ``broken_rows``: its own day and later ones are not complete. Keys that do not fit in memory wait under ``place``.
    A delivery that is not ``whole``, but what was added to a file since, says nothing about days and hours.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        time: str | None,
        identity: Sequence[str],
        now: datetime,
        place: Path | None = None,
        *,
        whole: bool = True,
    ) -> None:
        self._columns, self._time, self._whole = columns, time, whole
        self._rows, self._nulls = 0, dict.fromkeys((column.name for column in columns), 0)
        shown = [column for column in columns if not column.pii]
        self._numbers = {column.name: Numbers() for column in shown if column.type in NUMBERS}
        self._texts = {column.name: Texts() for column in shown if column.type in ("string", "boolean")}
        self._times = Times((now.date() - date(1970, 1, 1)).days)
        declared = [column.name for column in columns]
        self._keys = Keys(identity, declared, place or Path(gettempdir())) if identity else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._keys:
            self._keys.close()

    def add(self, rows: pa.Table) -> None:
        """Take the rows of a chunk that fit their types and row rules."""
        if not rows.num_rows:
            return
        self._rows += rows.num_rows
        for name in self._nulls:
            self._nulls[name] += rows.column(name).null_count
        for name, gathered in (self._numbers | self._texts).items():
            gathered.add(rows.column(name))
        if self._time:
            self._times.add(rows.column(self._time))
        if self._keys:
            self._keys.add(rows)

    def profile(self) -> DeliveryProfile:
        """The profile of everything taken so far."""
        times, total = self._times, self._times.hours.total()
        types = {column.name: column.type for column in self._columns}
        has_hours = self._whole and total and types[self._time or ""] == "timestamp"
        duplicates, conflicts = self._keys.repeated() if self._keys else (0, 0)
        return DeliveryProfile(
            self._rows,
            len(times.days),
            times.typical_day if self._whole else None,
            _iso(times.oldest),
            _iso(times.newest),
            tuple(round(times.hours[hour] / total, 6) for hour in range(24)) if has_hours else None,
            duplicates,
            conflicts,
            {name: self._column(name) for name in self._nulls},
        )

    def _column(self, name: str) -> ColumnProfile:
        nulls = self._nulls[name] / self._rows if self._rows else 0.0
        if (numbers := self._numbers.get(name)) and numbers.count:
            return ColumnProfile(nulls, numbers.min, numbers.max, numbers.total / numbers.count, numbers.median)
        return ColumnProfile(nulls, shares=self._texts[name].shares if name in self._texts else None)


def _iso(microseconds: int | None) -> str | None:
    return None if microseconds is None else (_EPOCH + timedelta(microseconds=microseconds)).isoformat(sep=" ")


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
