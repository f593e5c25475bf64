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
    """Return the type of a column: a list of scalars is an array, what is nested is json, what is unknown is text."""
    element = duckdb_type.removesuffix("[]")
    if scalar := _scalar(element):
        return scalar if element == duckdb_type else f"{scalar}[]"
    return "json" if NESTED.search(duckdb_type) else "text"


def value_sql(column: str, duckdb_type: str) -> str:
    """Return the DuckDB expression for a column's values; PostgreSQL's text cannot hold a NUL, which becomes �."""
    kept, quoted = postgres_type(duckdb_type), name(column)
    if kept == "text":
        return f"replace({quoted}::varchar, chr(0), '�')"
    if kept == "text[]":
        return f"list_transform({quoted}, lambda value: replace(value, chr(0), '�'))"
    return f"to_json({quoted})::varchar" if kept == "json" else quoted


def _scalar(duckdb_type: str) -> str | None:
    if duckdb_type.startswith("DECIMAL("):
        return duckdb_type.replace("DECIMAL", "numeric")
    return TYPES.get(duckdb_type)
