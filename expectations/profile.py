"""The profile of a delivery: a few numbers about its rows, gathered chunk by chunk in bounded memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from expectations.columns import Column

if TYPE_CHECKING:
    import pyarrow as pa

PAST = 8  # deliveries that a new one is compared with


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
    are the shares of the 24 hours of the day. ``oldest``, ``newest`` are ISO times on the source's wall clock.
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

    def to_json(self) -> dict[str, object]:
        """Plain data for JSON."""
        raise NotImplementedError

    @staticmethod
    def from_json(fields: Mapping[str, object]) -> DeliveryProfile:
        """The reverse of ``to_json``."""
        raise NotImplementedError


class Profiler:
    """Takes the typed chunks of one delivery and gives its profile; a context manager, since it may hold files.

    ``identity`` are the columns that name a version of a row: the key and the cursor, if there is one. ``now`` as in
    ``broken_rows``: its own day and later ones are not complete. Keys that do not fit in memory wait under ``place``.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        time: str | None,
        identity: Sequence[str],
        now: datetime,
        place: Path | None = None,
    ) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def add(self, rows: pa.Table) -> None:
        """Take the rows of a chunk that fit their types and row rules."""
        raise NotImplementedError

    def profile(self) -> DeliveryProfile:
        """The profile of everything taken so far."""
        raise NotImplementedError


def compared(profile: DeliveryProfile, past: Sequence[DeliveryProfile]) -> dict[str, float | None]:
    """The one row that delivery rules see: the profile and what changed against the newest accepted deliveries.

    ``past`` is newest first; those without rows are left out and at most ``PAST`` count. None where there is nothing to
    say, such as a comparison without a past. ``row_columns`` lists the names.
    """
    raise NotImplementedError


def row_columns(columns: Sequence[Column], time: str | None) -> list[str]:
    """Names that the row of ``compared`` has for a table with these columns."""
    raise NotImplementedError
