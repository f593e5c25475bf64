"""Cuts accepted deliveries into batches: quarantine first, then the landing, so no row is ever lost between them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from expectations.casts import cast
from expectations.columns import Column
from expectations.split import declared_schema
from orchestration.connectors import Delivery, Findings, Landed
from orchestration.declarations.sources import Table
from orchestration.pulling.landing import PULL_FORMAT, Draft, Footer, folder, write_file

BATCH_ROWS = 1_000_000
GROUP_ROWS = 122_880  # DuckDB's own row group
NOTHING_FOUND = Findings()
BATCHES_PER_PULL = 1000  # a batch name has three digits


@dataclass(frozen=True)
class Part:
    """Consecutive rows of a delivery after the split: ``rows`` rows from ``first_row`` on, kept and rejected."""

    first_row: int
    rows: int
    kept: pa.Table
    rejected: pa.Table


@dataclass(frozen=True)
class Taken:
    """An accepted delivery: its parts in order, and what was found out about it."""

    delivery: Delivery
    parts: Sequence[Part]
    findings: Findings = NOTHING_FOUND


@dataclass
class BatchWriter:
    """Writes the batches of one pull.

    Deliveries share a batch until it is full. A table that is replaced in groups gets a batch and a pull per delivery,
    and a snapshot one batch in all, because there the newest pull decides what is gone.
    """

    raw: Path
    quarantine: Path
    table: Table
    pull: datetime
    written: list[Footer] = field(default_factory=list)
    _files: list[Landed] = field(default_factory=list)
    _rejected: list[pa.Table] = field(default_factory=list)
    _held: list[pa.Table] = field(default_factory=list)
    _held_rows: int = 0
    _draft: Draft | None = None
    _watermark: Any = None

    def land(self, deliveries: Sequence[Taken]) -> None:
        """Take accepted deliveries; the rows are safe after ``cut``."""
        parts = [(taken, part) for taken in deliveries for part in taken.parts]
        schema = reduce(_united, (part.kept.schema for _, part in parts), declared_schema(self.table.columns))
        divisible = self.table.mode != "snapshot" and not self.table.replaces
        if self._files and (not divisible or not _holds(self._schema, schema)):
            self.cut()
        for taken, part in parts:
            if divisible and self._rows and self._rows + part.kept.num_rows > BATCH_ROWS:
                self.cut()
            self._take(taken, part, self._schema if self._draft or self._held else schema)

    def cut(self) -> None:
        """Make the open batch durable and visible: first the rows that it rejects, then the ones that it lands."""
        if not self._files:
            return
        self._write_held()
        draft = self._draft or self._open(declared_schema(self.table.columns))
        rows_in = sum(file.rows for file in self._files)
        watermark = None if self._watermark is None else str(self._watermark)
        footer = self._footer(draft.path.stem, self._files, rows_in, draft.rows, watermark=watermark)
        self._set_apart(footer)
        draft.publish(footer)
        self.written.append(footer)
        self._files, self._rejected, self._draft, self._watermark = [], [], None, None

    def refuse(self, delivery: Delivery, rows: int, rule: str, reason: str, bad: Sequence[pa.Table]) -> None:
        """Record a delivery that is rejected whole, with the rows that caused it, so that it is not read again."""
        file = Landed(delivery.origin, delivery.first_row, rows, complete=True)
        place = folder(self.quarantine, self.table) / f"file-{_identity(file, self.table)}.parquet"
        footer = self._footer(place.stem, [file], rows, 0, rule=rule, reason=reason)
        write_file(place, _together(bad) if bad else pa.table({"_file": pa.array([], pa.string())}), footer)

    @property
    def _rows(self) -> int:
        """Rows in the open batch."""
        return self._held_rows + (self._draft.rows if self._draft else 0)

    @property
    def _schema(self) -> pa.Schema:
        return self._draft.schema if self._draft else self._held[0].schema

    def _take(self, taken: Taken, part: Part, schema: pa.Schema) -> None:
        self._held.append(_fitted(part.kept, schema))
        self._held_rows += part.kept.num_rows
        first, last = part is taken.parts[0], part is taken.parts[-1]
        findings = taken.findings if first else Findings()
        file = Landed(taken.delivery.origin, part.first_row, part.rows, last, _by_rule(part.rejected), findings)
        if self._files and self._files[-1].origin == file.origin:
            file = _joined(self._files.pop(), file)
        self._files.append(file)
        if part.rejected.num_rows:
            self._rejected.append(part.rejected)
        if self.table.cursor and part.kept.num_rows:
            newest = pc.max(part.kept.column(self.table.cursor)).as_py()
            self._watermark = newest if self._watermark is None else max(newest, self._watermark)
        if self._held_rows >= GROUP_ROWS:
            self._write_held()

    def _write_held(self) -> None:
        if not self._held:
            return
        self._draft = self._draft or self._open(self._held[0].schema)
        self._draft.write(pa.concat_tables(self._held))
        self._held, self._held_rows = [], 0

    def _open(self, schema: pa.Schema) -> Draft:
        pull, number = divmod(len(self.written), 1 if self.table.replaces else BATCHES_PER_PULL)
        name = (self.pull + timedelta(microseconds=pull)).strftime(PULL_FORMAT)
        return Draft(folder(self.raw, self.table) / f"{name}-{number:03d}.parquet", schema)

    def _set_apart(self, footer: Footer) -> None:
        """Write the batch's rejected rows under its name; they count once the batch itself is there."""
        if self._rejected:
            place = folder(self.quarantine, self.table) / f"{footer.batch}.parquet"
            write_file(place, _together(self._rejected), replace(footer, rows=0, rows_in=footer.rows_quarantined))

    def _footer(self, batch: str, files: list[Landed], rows_in: int, rows: int, **more: str | None) -> Footer:
        pull = self.pull.strftime(PULL_FORMAT) if "rule" in more else batch.partition("-")[0]
        pulled_at = self.pull.isoformat(timespec="microseconds")
        return Footer(
            self.table.system,
            self.table.name,
            batch,
            pull,
            pulled_at,
            self.table.mode,
            self.table.declaration,
            rows_in,
            rows,
            rows_in - rows,
            files=tuple(files),
            **more,
        )


def _by_rule(rejected: pa.Table) -> dict[str, int]:
    counts = rejected.column("_rule").value_counts() if rejected.num_rows else ()
    return {count["values"].as_py(): count["counts"].as_py() for count in counts}


def _joined(before: Landed, after: Landed) -> Landed:
    """Two consecutive parts of one delivery as one."""
    by_rule = dict(Counter(before.rows_by_rule) + Counter(after.rows_by_rule))
    rows = before.rows + after.rows
    return replace(before, rows=rows, complete=after.complete, rows_by_rule=by_rule)


def _identity(file: Landed, table: Table) -> str:
    """The same for the same content under the same declaration, so that a repeated refusal replaces the first."""
    identity = (file.origin.path, file.origin.sha256, table.declaration, str(file.first_row))
    return hashlib.sha256("\n".join(identity).encode()).hexdigest()[:24]


def _together(tables: Sequence[pa.Table]) -> pa.Table:
    schema = reduce(_united, (table.schema for table in tables))
    return pa.concat_tables([_fitted(table, schema) for table in tables])


def _united(one: pa.Schema, other: pa.Schema) -> pa.Schema:
    """Both schemas' columns by name; one that has two types becomes text."""
    fields = {field.name: field for field in one}
    for found in other:
        known = fields.setdefault(found.name, found)
        if known.type != found.type:
            fields[found.name] = pa.field(found.name, pa.string())
    return pa.schema([pa.field(field.name, field.type) for field in fields.values()])


def _holds(schema: pa.Schema, other: pa.Schema) -> bool:
    """Whether rows of ``other`` fit into a file of ``schema``, absent columns being NULL."""
    return all(field.name in schema.names and schema.field(field.name).type == field.type for field in other)


def _fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = []
    for target in schema:
        if target.name not in rows.column_names:
            columns.append(pa.nulls(rows.num_rows, target.type))
        elif (values := rows.column(target.name)).type == target.type:
            columns.append(values)
        else:
            columns.append(cast(pa.concat_arrays(values.chunks), Column(target.name, "string"))[0])
    return pa.table(columns, schema=schema)
