"""Takes personal data out of what a mart remembers of the ones before, which had not known that it is personal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# what is shown today is left for the search of the whole mart, which refuses it
_FORGET = """
delete from mart.{table}
where
    (
        contains(slice_value, '@') or len(slice_value) = 64
        or lower(trim(slice_value)) in (select cell from personal)
    )
    and (kpi, slice, slice_value) not in (select (kpi, slice, slice_value) from mart.kpi_values)
"""
_KNOWN = "select count(*) from duckdb_tables() where temporary and table_name = 'personal'"


def forget_personal_past(con: DuckDBPyConnection, tables: tuple[str, ...]) -> None:
    """Delete slice values that are personal, or look like an address or a hash, and are shown no more.

    A column may be marked as personal after it was a slice: then its old values would forbid every later publication.
    Does nothing unless the temp table ``personal`` says what was found to be personal.
    """
    if con.execute(_KNOWN).fetchone() == (0,):
        return
    for table in tables:
        con.execute(_FORGET.format(table=table))
