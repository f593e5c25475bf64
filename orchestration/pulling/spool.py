"""Holds the rows of a delivery until it is known whether they land; what does not fit in memory waits on disk."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

HELD_BYTES = 256 << 20


@dataclass
class Spool:
    """Takes tables and gives them back; past ``HELD_BYTES`` the rows lie under ``place``, mapped into memory."""

    place: Path
    held: int = 0
    files: list[Path] = field(default_factory=list)

    def hold(self, rows: pa.Table) -> pa.Table:
        """The same rows, in memory or on disk."""
        if self.held + rows.nbytes <= HELD_BYTES:
            self.held += rows.nbytes
            return rows
        self.place.mkdir(parents=True, exist_ok=True)
        path = self.place / f"{len(self.files)}.arrow"
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, rows.schema) as writer:
            writer.write_table(rows)
        self.files.append(path)
        return pa.ipc.open_file(pa.memory_map(str(path))).read_all()

    def clear(self) -> None:
        """Forget everything."""
        self.held = 0
        self.files.clear()
        shutil.rmtree(self.place, ignore_errors=True)
