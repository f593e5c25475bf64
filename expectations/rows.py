"""Finds the rows that break a rule of their suite, and says of each what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from expectations.columns import Column

if TYPE_CHECKING:
    import pyarrow as pa

    from expectations.suite import Suite


@dataclass(frozen=True)
class Broken:
    """The rows that break one rule: their positions in the table (from 0, ascending) and a message for each."""

    rule: str
    positions: tuple[int, ...]
    messages: tuple[str, ...]


def broken_rows(table: pa.Table, suite: Suite, columns: Sequence[Column], now: datetime) -> list[Broken]:
    """Judge the typed rows of one chunk (``Split.kept``) by the suite's row rules; rules without broken rows are absent.

    ``now`` is the latest moment at which a row can have happened, on the wall clock of the source (as the typed times
    are): the later of the pull's clock and the company's stated as-of. Values of columns with ``pii`` are masked in
    messages. Raises ``SuiteError`` naming the rule if one cannot be judged.
    """
    raise NotImplementedError
