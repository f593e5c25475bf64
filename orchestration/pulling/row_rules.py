"""Divides rows into those that land and those that are set apart: by the declared types, then by the suite's rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from expectations.rows import broken_rows
from expectations.split import OURS, Split, split

if TYPE_CHECKING:
    from expectations.suite import Suite
    from orchestration.declarations.sources import Table


@dataclass(frozen=True)
class RowRules:
    """What every row of a table must be: ``zone`` is the source's, ``now`` its latest possible wall-clock time."""

    table: Table
    suite: Suite
    zone: str
    now: datetime

    def by_type(self, chunk: pa.Table) -> Split:
        """Split rows as they came by whether their values fit the declared types."""
        return split(chunk, self.table.columns, self.table.required, self.zone)

    def divide(self, chunk: pa.Table) -> Split:
        """Split rows as they came; ``_rule`` of a rejected row is the first that it breaks, ``_reason`` tells all."""
        return self.by_rule([(chunk, self.by_type(chunk))])[0]

    def by_rule(self, chunks: Sequence[tuple[pa.Table, Split]]) -> list[Split]:
        """Set apart what breaks a rule in chunks that are divided by type, small ones in the time of one."""
        if not self.suite.rows:
            return [divided for _, divided in chunks]
        declared = [column.name for column in self.table.columns]
        together = pa.concat_tables([divided.kept.select(declared) for _, divided in chunks])
        told: dict[int, tuple[str, list[str]]] = {}
        for found in broken_rows(together, self.suite, self.table.columns, self.now):
            for position, message in zip(found.positions, found.messages, strict=True):
                told.setdefault(position, (found.rule, []))[1].append(message)
        divided, start = list[Split](), 0
        for chunk, by_type in chunks:
            end = start + by_type.kept.num_rows
            own = {position - start: told[position] for position in sorted(told) if start <= position < end}
            divided.append(_without(chunk, by_type, own) if own else by_type)
            start = end
        return divided


def _without(chunk: pa.Table, by_type: Split, told: dict[int, tuple[str, list[str]]]) -> Split:
    """Move the kept rows at these positions to the rejected ones."""
    stood = np.delete(np.arange(chunk.num_rows), by_type.rejected.column("_row").to_numpy())
    kept = np.delete(np.arange(by_type.kept.num_rows), list(told))
    rejected = _explained(chunk, {int(stood[place]): (rule, "; ".join(why)) for place, (rule, why) in told.items()})
    together = pa.concat_tables([by_type.rejected, rejected]).sort_by("_row")
    return Split(by_type.kept.take(pa.array(kept)), together)


def names_of(table: Table, suite: Suite) -> Collection[str]:
    """The rules that may set a row of the table apart."""
    return ("wrong_type", *(["missing_key"] if table.required else []), *(rule.name for rule in suite.rows))


def _explained(chunk: pa.Table, told: dict[int, tuple[str, str]]) -> pa.Table:
    rows = pa.array(list(told), pa.int64())
    rejected = chunk.select([name for name in chunk.column_names if name not in OURS]).take(rows)
    rejected = rejected.append_column("_row", rows)
    rejected = rejected.append_column("_rule", pa.array([rule for rule, _ in told.values()], pa.string()))
    return rejected.append_column("_reason", pa.array([reason for _, reason in told.values()], pa.string()))
