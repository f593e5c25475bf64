"""Typed rows as a data frame with numpy dtypes, the only ones that Great Expectations is fast with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from expectations.casts import ARROW_TYPES
from expectations.columns import Column
from expectations.privacy import without_values
from expectations.suite import SuiteError

if TYPE_CHECKING:
    import pandas as pd


def with_computed(rows: pa.Table, computed: Mapping[str, str]) -> pa.Table:
    """The rows and the computed columns (name → SQL over the others); raises ``SuiteError`` for SQL that fails."""
    for name, expression in computed.items():
        try:
            values = (
                _connection().register("rows", rows).sql(f"select {expression} as computed from rows").to_arrow_table()
            )
        except duckdb.Error as error:
            raise SuiteError(f"{name}: {expression}: {without_values(str(error).splitlines()[0])}") from None
        rows = rows.append_column(name, values.column(0))
    return rows


def computed_type(name: str, expression: str, columns: Sequence[Column]) -> str:
    """The type of a computed column, in the words of sources.yml; raises ``SuiteError`` for SQL that fails."""
    empty = pa.schema([pa.field(column.name, ARROW_TYPES[column.type]) for column in columns]).empty_table()
    kind = with_computed(empty, {name: expression}).column(name).type
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_string(kind):
        return "string"
    return "timestamp" if pa.types.is_temporal(kind) else "double"


def frame(rows: pa.Table, names: Iterable[str]) -> pd.DataFrame:
    """The named columns: numbers as float64 or int64, times as microseconds since 1970, everything else as objects.

    The library compares datetimes one by one in Python, and numbers a hundred times faster.
    """
    import pandas as pd

    return pd.DataFrame({name: _series(rows.column(name)) for name in names}, index=pd.RangeIndex(rows.num_rows))


def _series(values: pa.ChunkedArray) -> pd.Series:
    import pandas as pd

    kind = values.type
    if pa.types.is_decimal(kind):
        values = pc.cast(values, pa.float64())
    elif pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        values = pc.cast(pc.cast(values, pa.timestamp("us")), pa.int64())
    elif pa.types.is_boolean(kind) or pa.types.is_string(kind):
        return pd.Series(values.to_numpy(), dtype=object)
    return pd.Series(values.to_numpy())


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})
