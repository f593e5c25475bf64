"""Splits a delivery into the rows that fit their declared types, typed, and those that do not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from expectations.casts import ARROW_TYPES, cast, plain
from expectations.columns import Column
from expectations.privacy import tells_nobody

WANTED = {
    "string": "text",
    "integer": "an integer",
    "decimal": "a decimal with at most 12 digits before the point and 6 after it",
    "double": "a number",
    "boolean": "a boolean (0, 1, true, false, yes, no, y, n)",
    "date": "a date (YYYY-MM-DD)",
    "timestamp": "a timestamp (YYYY-MM-DD HH:MM:SS; T, fraction, Z and offset are allowed)",
}
LONGEST_VALUE = 80
HIDDEN = "the value (personal data)"
OURS = ("_file", "_row", "_rule", "_reason")  # what is said of a rejected row, here and by who pulled it


@dataclass(frozen=True)
class Split:
    """The rows of a delivery that fit, typed, and those that do not, as they came.

    ``rejected`` has the columns of the delivery and ``_row`` (int64, position in the delivery, from 0), ``_rule``
    (wrong_type or missing_key) and ``_reason`` (column, value and what is allowed).
    """

    kept: pa.Table
    rejected: pa.Table


@dataclass(frozen=True)
class _Fault:
    rule: str
    column: Column
    mask: pa.Array
    beside_personal: bool = False

    def reason(self, value: object) -> str:
        if self.rule == "missing_key":
            return f"{self.column.name}: is empty; a key, replaces or cursor column may not be"
        shown = repr(value) if len(repr(value)) <= LONGEST_VALUE else repr(value)[:LONGEST_VALUE] + "…"
        shown = HIDDEN if self.column.pii or (self.beside_personal and not tells_nobody(value)) else shown
        wanted = f"a {self.column.type} as {self.column.format}" if self.column.format else WANTED[self.column.type]
        return f"{self.column.name}: {shown} is not {wanted}"


def split(table: pa.Table, columns: Sequence[Column], required: Collection[str] = (), zone: str = "UTC") -> Split:
    """Cast the declared columns of ``table`` and split off the rows with a value that does not fit.

    ``zone`` is the one in whose wall-clock time the source writes times without an offset; all times are given in it.
    Columns in ``required`` may be neither NULL nor empty text. A declared column that the table lacks is NULL; columns
    that are not declared follow the declared ones as they came.
    """
    typed: dict[str, pa.Array] = {}
    faults: list[_Fault] = []
    personal = any(column.pii for column in columns)
    for column in columns:
        values, wrong = cast(_values(table, column.name), column, zone)
        missing = _missing(values, wrong) if column.name in required else None
        faults += [_Fault("wrong_type", column, wrong, personal)] if wrong is not None else []
        faults += [_Fault("missing_key", column, missing)] if missing is not None else []
        typed[column.name] = values
    extra = {name: plain(_values(table, name)) for name in table.column_names if name not in typed}
    kept = pa.table(typed | extra)
    if not faults:
        return Split(kept, _explained(table, []))
    bad = reduce(pc.or_, (fault.mask for fault in faults))
    return Split(kept.filter(pc.invert(bad)), _explained(table, faults))


def declared_schema(columns: Sequence[Column]) -> pa.Schema:
    """Arrow schema that the declared columns land with."""
    return pa.schema([pa.field(column.name, ARROW_TYPES[column.type]) for column in columns])


def _values(table: pa.Table, name: str) -> pa.Array:
    if name not in table.column_names:
        return pa.nulls(table.num_rows, pa.string())
    values = table.column(name).combine_chunks()
    return pa.concat_arrays(values.chunks) if isinstance(values, pa.ChunkedArray) else values


def _missing(values: pa.Array, wrong: pa.Array | None) -> pa.Array | None:
    """Mask of the values that are absent, not merely wrong; None if there are none."""
    mask = pc.is_null(values)
    if pa.types.is_string(values.type):
        mask = pc.or_(mask, pc.fill_null(pc.equal(pc.utf8_trim_whitespace(values), ""), False))
    if wrong is not None:
        mask = pc.and_not(mask, wrong)
    return mask if pc.any(mask).as_py() else None


def _explained(table: pa.Table, faults: Sequence[_Fault]) -> pa.Table:
    reasons: dict[int, list[str]] = {}
    rules: dict[int, str] = {}
    for fault in faults:
        rows = pc.indices_nonzero(fault.mask)
        values = _values(table, fault.column.name).take(rows).to_pylist()
        for row, value in zip(rows.to_pylist(), values, strict=True):
            rules.setdefault(row, fault.rule)
            reasons.setdefault(row, []).append(fault.reason(value))
    rows = sorted(reasons)
    names = [name for name in table.column_names if name not in OURS]
    rejected = table.select(names).take(pa.array(rows, pa.int64()))
    rejected = rejected.append_column("_row", pa.array(rows, pa.int64()))
    rejected = rejected.append_column("_rule", pa.array([rules[row] for row in rows], pa.string()))
    return rejected.append_column("_reason", pa.array(["; ".join(reasons[row]) for row in rows], pa.string()))
