"""Reads deliveries into parts: divided by type at once, by the row rules together with other small deliveries."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from expectations.split import Split
from expectations.suite import EMPTY
from orchestration.connectors import Delivery, UnreadableError
from orchestration.pulling.batches import Part
from orchestration.pulling.inspection import Inspection, inspection
from orchestration.pulling.row_rules import RowRules
from orchestration.pulling.spool import Spool

LARGE_ROWS = 50_000  # a chunk of so many rows waits for no other


@dataclass
class Reading:
    """A delivery as it was read: its parts, the names of its columns, and why it could not be read, if so."""

    delivery: Delivery
    inspection: Inspection | None
    columns: set[str] = field(default_factory=set)
    rows: int = 0
    unreadable: str = ""
    by_first_row: dict[int, Part] = field(default_factory=dict)

    @property
    def parts(self) -> list[Part]:
        """Its rows, in order."""
        return [self.by_first_row[first] for first in sorted(self.by_first_row)]

    @property
    def bad(self) -> int:
        """How many rows do not fit."""
        return sum(part.rejected.num_rows for part in self.by_first_row.values())

    def first_bad(self) -> str:
        """Where the first row that does not fit stands, and what is wrong with it."""
        row = next(part.rejected for part in self.parts if part.rejected.num_rows).slice(0, 1).to_pylist()[0]
        return f"first row {row['_row']}: {row['_reason']}"


class Reader:
    """Reads deliveries one after the other; ``finish`` applies the row rules to the small ones that wait for them."""

    def __init__(self, rules: RowRules, spool: Spool, place: Path) -> None:
        self.rules, self.spool, self.place = rules, spool, place
        self._waiting: list[tuple[Reading, int, pa.Table, Split]] = []
        self._open = ExitStack()
        self._count = 0

    def read(self, delivery: Delivery) -> Reading:
        """Read all of a delivery."""
        reading = Reading(delivery, self._inspection(whole=delivery.first_row == 0))
        try:
            for chunk in delivery.chunks():
                one = (reading, delivery.first_row + reading.rows, chunk, self.rules.by_type(chunk))
                reading.columns |= set(chunk.column_names)
                reading.rows += chunk.num_rows
                if chunk.num_rows >= LARGE_ROWS:
                    self._settle([one])
                else:
                    self._waiting.append(one)
        except UnreadableError as error:
            reading.unreadable = str(error)
            self._waiting = [one for one in self._waiting if one[0] is not reading]
        return reading

    def finish(self) -> None:
        """Divide what waits."""
        if self._waiting:
            self._settle(self._waiting)
        self._waiting = []

    def close(self) -> None:
        """Forget what the inspections of the deliveries so far hold."""
        self._open.close()

    def _settle(self, chunks: list[tuple[Reading, int, pa.Table, Split]]) -> None:
        divided = self.rules.by_rule([(chunk, by_type) for _, _, chunk, by_type in chunks])
        for (reading, first, chunk, _), own in zip(chunks, divided, strict=True):
            if reading.inspection:
                reading.inspection.add(own.kept)
            rejected = _placed(own.rejected, reading.delivery.origin.path, first)
            held = (self.spool.hold(own.kept), self.spool.hold(rejected))
            reading.by_first_row[first] = Part(first, chunk.num_rows, *held)

    def _inspection(self, *, whole: bool) -> Inspection | None:
        if self.rules.suite == EMPTY:
            return None
        self._count += 1
        place = self.place / f".keys{self._count}.tmp"
        rules = self.rules
        return self._open.enter_context(inspection(rules.table, rules.suite, rules.now, place, whole=whole))


def _placed(rejected: pa.Table, path: str, first_row: int) -> pa.Table:
    """Say of each rejected row where it stood: ``_file`` and ``_row``, counted from 1 without the header."""
    rows = pc.add(rejected.column("_row"), first_row + 1)
    rejected = rejected.set_column(rejected.schema.get_field_index("_row"), "_row", rows)
    return rejected.append_column("_file", pa.array([path] * rejected.num_rows, pa.string()))
