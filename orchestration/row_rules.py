"""Divides rows into those that land and those that are set apart: by the declared types, then by the suite's rules."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from expectations.rows import broken_rows
from expectations.split import OURS, Split, split

if TYPE_CHECKING:
    from expectations.suite import Suite
    from orchestration.sources import Table


@dataclass(frozen=True)
class RowRules:
    """What every row of a table must be: ``zone`` is the source's, ``now`` its latest possible wall-clock time."""

    table: Table
    suite: Suite
    zone: str
    now: datetime

    def divide(self, chunk: pa.Table) -> Split:
        """Split rows as they came; ``_rule`` of a rejected row is the first that it breaks, ``_reason`` tells all."""
        divided = split(chunk, self.table.columns, self.table.required, self.zone)
        broken = broken_rows(divided.kept, self.suite, self.table.columns, self.now)
        if not broken:
            return divided
        rules: dict[int, str] = {}
        reasons: dict[int, list[str]] = {}
        for found in broken:
            for position, message in zip(found.positions, found.messages, strict=True):
                rules.setdefault(position, found.rule)
                reasons.setdefault(position, []).append(message)
        fits = np.delete(np.arange(chunk.num_rows), divided.rejected.column("_row").to_numpy())
        kept = np.delete(np.arange(divided.kept.num_rows), sorted(rules))
        texts = {position: "; ".join(told) for position, told in reasons.items()}
        rejected = _explained(chunk, {int(fits[p]): (rules[p], texts[p]) for p in sorted(rules)})
        together = pa.concat_tables([divided.rejected, rejected]).sort_by("_row")
        return Split(divided.kept.take(pa.array(kept)), together)


def names_of(table: Table, suite: Suite) -> Collection[str]:
    """The rules that may set a row of the table apart."""
    return ("wrong_type", *(["missing_key"] if table.required else []), *(rule.name for rule in suite.rows))


def _explained(chunk: pa.Table, told: dict[int, tuple[str, str]]) -> pa.Table:
    rows = pa.array(list(told), pa.int64())
    rejected = chunk.select([name for name in chunk.column_names if name not in OURS]).take(rows)
    rejected = rejected.append_column("_row", rows)
    rejected = rejected.append_column("_rule", pa.array([rule for rule, _ in told.values()], pa.string()))
    return rejected.append_column("_reason", pa.array([reason for _, reason in told.values()], pa.string()))
