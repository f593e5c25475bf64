"""Divides quarantined rows anew, by today's declaration and suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from expectations.split import Split
from orchestration.connectors import CHUNK_ROWS
from orchestration.pulling.landing import Batch
from orchestration.pulling.row_rules import RowRules
from orchestration.raw_checks.outstanding import Outstanding, as_delivered


@dataclass(frozen=True)
class Retried:
    """Rows that ``batch`` had set apart: ``kept`` fit now and stood at ``places`` (file, number); ``left`` do not."""

    batch: Batch
    kept: pa.Table
    places: Sequence[tuple[str, int]]
    left: pa.Table


def retry(missing: Outstanding, rules: RowRules, rule: str = "") -> Retried:
    """Divide the missing rows of one batch; given a rule, those of others stay as they are."""
    if not rule:
        return _retried(missing, missing.rows, [], rules)
    asked = pc.equal(missing.rows.column("_rule"), rule)
    return _retried(missing, missing.rows.filter(asked), [missing.rows.filter(pc.invert(asked))], rules)


def _retried(missing: Outstanding, asked: pa.Table, left: list[pa.Table], rules: RowRules) -> Retried:
    kept: list[pa.Table] = []
    places: list[tuple[str, int]] = []
    for start in range(0, max(asked.num_rows, 1), CHUNK_ROWS):
        chunk = asked.slice(start, CHUNK_ROWS)
        divided = rules.divide(as_delivered(chunk))
        bad = set(divided.rejected.column("_row").to_pylist())
        stood = zip(chunk.column("_file").to_pylist(), chunk.column("_row").to_pylist(), strict=True)
        places += [place for number, place in enumerate(stood) if number not in bad]
        kept.append(divided.kept)
        left.append(_told_anew(chunk, divided))
    together = pa.concat_tables(left, promote_options="default")
    return Retried(missing.batch, pa.concat_tables(kept, promote_options="default"), places, together)


def _told_anew(chunk: pa.Table, divided: Split) -> pa.Table:
    """The rows that still do not fit, where they stood, and what is said of them today."""
    rows = chunk.take(divided.rejected.column("_row"))
    for name in ("_rule", "_reason"):
        rows = rows.set_column(rows.column_names.index(name), name, divided.rejected.column(name))
    return rows
