"""The SQL of docs/sql.md, asked of what is published."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

import duckdb

from . import comparison

DOCUMENT = comparison.ROOT / "docs" / "sql.md"
BLOCK = re.compile(r"^### (\d+)\. (?:(?!^### ).)*?^```sql\n(.*?)^```", re.MULTILINE | re.DOTALL)
Answer = list[tuple[Any, ...]]


def blocks() -> dict[int, str]:
    """The SQL of each question, by its number."""
    return {int(number): sql for number, sql in BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))}


def differences(found: Answer, expected: Answer) -> list[tuple[Any, ...]]:
    """The rows of two answers that differ by more than rounding."""
    pairs = zip_longest(found, expected, fillvalue=())
    return [pair for pair in pairs if len(pair[0]) != len(pair[1]) or not all(map(_same, *pair))]


def _same(cell: Any, other: Any) -> bool:
    numbers = isinstance(cell, int | float) and isinstance(other, int | float)
    return math.isclose(cell, other, rel_tol=1e-9, abs_tol=1e-9) if numbers else cell == other


def asked(published: Path, question: int) -> Answer:
    """What DuckDB answers, money as floats; the last question is one to the facts."""
    file = "warehouse.duckdb" if question == max(blocks()) else "kpi_mart.duckdb"
    with duckdb.connect(str(published / file), read_only=True) as con:
        rows = con.execute(blocks()[question]).fetchall()
    return [tuple(float(cell) if isinstance(cell, Decimal) else cell for cell in row) for row in rows]
