"""Casts a column to its declared type and marks the values that do not fit."""

from __future__ import annotations

from functools import cache

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from expectations.columns import Column

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(18, 6),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}

_NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_TIMESTAMP = (
    r"case when regexp_full_match(t, '\d{4}-\d{2}-\d{2}([T ].*)?') and isfinite(try_cast(t as timestamptz)) "
    "then timezone($zone, try_cast(t as timestamptz)) end"
)
_STATES_ZONE = "regexp_matches(t, '[T ].*[A-Za-z+-]')"
_MIDNIGHT = "case when {0} = date_trunc('day', {0}) then ({0})::date end"
# SQL from t (the value as trimmed text) or x (as it came); NULL means that the value does not fit.
_FROM_TEXT = {
    "string": "cast(x as varchar)",
    "integer": r"case when regexp_full_match(t, '[+-]?\d+(\.0*)?') then try_cast(split_part(t, '.', 1) as bigint) end",
    "decimal": f"case when regexp_full_match(t, '{_NUMBER}') "
    "and try_cast(t as decimal(38, 18)) = try_cast(t as decimal(18, 6)) then try_cast(t as decimal(18, 6)) end",
    "double": f"case when regexp_full_match(t, '{_NUMBER}') and isfinite(try_cast(t as double)) "
    "then try_cast(t as double) end",
    "boolean": "case when lower(t) in ('1', '1.0', 'true', 'yes', 'y') then true "
    "when lower(t) in ('0', '0.0', 'false', 'no', 'n') then false end",
    "date": _MIDNIGHT.format(f"({_TIMESTAMP})"),
    "timestamp": _TIMESTAMP,
}
_FROM_NUMBER = {
    "integer": "case when x = trunc(x) then try_cast(x as bigint) end",
    "decimal": "try_cast(x as decimal(18, 6))",
    "double": "case when isfinite(x::double) then x::double end",
}
_FROM_TIME = {"date": _MIDNIGHT.format("x::timestamp"), "timestamp": "x::timestamp"}


def cast(values: pa.Array, column: Column, zone: str = "UTC") -> tuple[pa.Array, pa.Array | None]:
    """Cast ``values`` to the declared type: the typed values, and a mask of those that do not fit (None: all fit).

    Blank text is NULL for every type but string, and so is NaN. A double is rounded to the six digits of a decimal;
    text with more than six significant ones does not fit. A time that states an offset or a zone becomes the wall-clock
    time of ``zone``, which is what the source's other times are.
    """
    values = plain(values)
    target = ARROW_TYPES[column.type]
    if values.type == target and column.type != "double":
        return values, None
    typed = None if column.format and pa.types.is_string(values.type) else _cast_all(values, column.type, zone)
    return (typed, None) if typed is not None else _cast_each(values, column, zone)


def plain(values: pa.Array) -> pa.Array:
    """Undo encodings that only storage cares about: dictionaries, large and view strings, columns without a type."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_null(values.type) or pa.types.is_large_string(values.type) or pa.types.is_string_view(values.type):
        return values.cast(pa.string())
    return values.cast(pa.float32()) if pa.types.is_float16(values.type) else values


def _cast_all(values: pa.Array, name: str, zone: str) -> pa.Array | None:
    """Cast in one call if every value surely fits, else None. Nearly all data goes this way."""
    try:
        if pa.types.is_string(values.type):
            return _cast_text(values, name, zone)
        if pa.types.is_floating(values.type) and name in ("integer", "decimal", "double"):
            return _finite(pc.cast(_without_nan(values), ARROW_TYPES[name]))
        if pa.types.is_integer(values.type) and name == "decimal":
            return pc.cast(pc.cast(values, pa.decimal128(25, 6)), ARROW_TYPES[name])
        if _is_exact(values.type) and name in ("string", "integer", "decimal", "double"):
            return pc.cast(values, ARROW_TYPES[name])
        if pa.types.is_timestamp(values.type) and name == "timestamp" and (zone == "UTC" or not values.type.tz):
            return pc.cast(_utc(values), ARROW_TYPES[name], safe=values.type.unit != "ns")
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    return None


def _cast_text(values: pa.Array, name: str, zone: str) -> pa.Array | None:
    if name == "integer" and pc.any(pc.match_substring(values, "x", ignore_case=True)).as_py():
        return None  # Arrow reads hexadecimal, people do not
    if name == "timestamp":
        return _cast_times(values, zone)
    return _finite(pc.cast(values, ARROW_TYPES[name]))


def _cast_times(values: pa.Array, zone: str) -> pa.Array | None:
    """Arrow wants all times of a column without an offset, or all with one."""
    try:
        return pc.cast(values, ARROW_TYPES["timestamp"])
    except pa.ArrowInvalid:
        if zone != "UTC":
            return None
        return _utc(pc.cast(values, pa.timestamp("us", "UTC")))


def _cast_each(values: pa.Array, column: Column, zone: str) -> tuple[pa.Array, pa.Array | None]:
    """Cast value by value in DuckDB."""
    text = "trim(cast(x as varchar))"
    if pa.types.is_floating(values.type):
        text = f"nullif({text}, 'nan')"
    query = (
        f"select {_expression(values.type, column, zone)} as value, coalesce(t, '') <> '' as given "
        f"from (select x, {text} as t from source)"
    )
    try:
        with _connection().cursor() as cursor:
            cursor.register("source", pa.table({"x": _utc(values)}))
            result = cursor.sql(query).to_arrow_table().combine_chunks()
    except duckdb.Error:  # a type or a time that DuckDB does not know; some of them end its connection
        _connection.cache_clear()
        return pa.nulls(len(values), ARROW_TYPES[column.type]), values.is_valid()
    typed = _single(result, "value").cast(ARROW_TYPES[column.type])
    wrong = pc.and_(_single(result, "given"), pc.is_null(typed))
    return typed, wrong if pc.any(wrong).as_py() else None


def _expression(source: pa.DataType, column: Column, zone: str) -> str:
    of_text = "'UTC'" if zone == "UTC" else f"case when {_STATES_ZONE} then '{zone}' else 'UTC' end"
    return _typed(source, column, zone).replace("$zone", of_text)


def _typed(source: pa.DataType, column: Column, zone: str) -> str:
    if column.type == "string" and pa.types.is_nested(source):
        return "cast(to_json(x) as varchar)"
    if column.format and pa.types.is_string(source):
        parsed = "try_strptime(t, '{}')".format(column.format.replace("'", "''"))
        if "%z" in column.format or "%Z" in column.format:
            parsed = f"timezone('{zone}', {parsed})"
        return parsed if column.type == "timestamp" else _MIDNIGHT.format(parsed)
    if pa.types.is_decimal(source) and column.type == "decimal":
        return "case when try_cast(x as decimal(18, 6)) = x then try_cast(x as decimal(18, 6)) end"
    if pa.types.is_floating(source) or pa.types.is_decimal(source):
        return _FROM_NUMBER.get(column.type) or _FROM_TEXT[column.type]
    if pa.types.is_timestamp(source) and source.tz and column.type in _FROM_TIME:  # x is UTC by now
        return _FROM_TIME[column.type].replace("x::timestamp", f"timezone('{zone}', timezone('UTC', x))")
    if pa.types.is_date(source) or pa.types.is_timestamp(source):
        return _FROM_TIME.get(column.type) or _FROM_TEXT[column.type]
    return _FROM_TEXT[column.type]


def _is_exact(source: pa.DataType) -> bool:
    return pa.types.is_integer(source) or pa.types.is_decimal(source)


def _without_nan(values: pa.Array) -> pa.Array:
    """Data frames write a missing number as NaN."""
    return pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)


def _finite(values: pa.Array) -> pa.Array | None:
    if pa.types.is_floating(values.type) and pc.all(pc.is_finite(values)).as_py() is False:
        return None
    return values


def _utc(values: pa.Array) -> pa.Array:
    """Arrow keeps a time with a zone as UTC; dropping the zone leaves UTC."""
    if pa.types.is_timestamp(values.type) and values.type.tz:
        return pc.cast(values, pa.timestamp(values.type.unit))
    return values


def _single(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name)
    return column.chunk(0) if column.num_chunks else pa.array([], column.type)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set global timezone = 'UTC'")  # what a time without an offset is taken as, and given back as
    return connection
