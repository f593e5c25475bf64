"""How a column of the mart is kept in PostgreSQL: its type, named as PostgreSQL itself names it, and its values."""

from __future__ import annotations

import re

from orchestration.publishing.mart import name

TYPES = {
    "BOOLEAN": "boolean",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(38,0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "VARCHAR": "text",
}
NESTED = re.compile(r"^(STRUCT|MAP|UNION)\b|\]$")


def postgres_type(duckdb_type: str) -> str:
    """Return the type of a column: a list of scalars is an array; what is nested, or not known here, is text."""
    element = duckdb_type.removesuffix("[]")
    scalar = _scalar(element)
    if scalar is None:
        return "text"
    return scalar if element == duckdb_type else f"{scalar}[]"


def value_sql(column: str, duckdb_type: str) -> str:
    """Return the DuckDB expression for a column's values: what is nested as JSON.

    PostgreSQL's text cannot hold a NUL, which becomes �.
    """
    kept, quoted = postgres_type(duckdb_type), name(column)
    if kept == "text[]":
        return f"list_transform({quoted}, lambda value: replace(value, chr(0), '�'))"
    if kept != "text":
        return quoted
    return f"to_json({quoted})::varchar" if NESTED.search(duckdb_type) else f"replace({quoted}::varchar, chr(0), '�')"


def _scalar(duckdb_type: str) -> str | None:
    if duckdb_type.startswith("DECIMAL("):
        return duckdb_type.replace("DECIMAL", "numeric")
    return TYPES.get(duckdb_type)
