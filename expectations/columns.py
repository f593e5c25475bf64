"""What a column of a source must hold."""

from __future__ import annotations

from dataclasses import dataclass

COLUMN_TYPES = ("string", "integer", "decimal", "double", "boolean", "date", "timestamp")


@dataclass(frozen=True)
class Column:
    """A declared column: its name in the source, its type and, for dates and timestamps, how the source writes it.

    ``format`` is a strptime pattern such as ``%m/%d/%Y``; None means ISO 8601. ``pii`` marks personal data.
    """

    name: str
    type: str
    format: str | None = None
    pii: bool = False
