"""Searches the text columns of one table for personal values, hashes of such and e-mail addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.personal_data.values import hashed_values

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CONTACTS = ("owner", "owner_email", "delivered_to")  # columns of the mart that say whom of the company to ask
# columns of the mart that hold values of slices, or sentences with them: what was kept out cannot have got there
SLICED = ("slice_value", "sentence_en", "sentence_es", "driver_en", "driver_es")
SEVERAL, SHARE = 3, 0.5  # so many plain words, or this share of what a column holds, are no chance
SIGNS = {
    "value": "lower(trim({0})) in (select cell from personal where landed)",
    "text": "contains({0}, ' ') or contains({0}, ':')",
    "hash": "len({0}) = 64",
    "address": "contains({0}, '@')",
}
CELLS = """
with cells as (select distinct lower(trim({0})) as cell from {1} where {0} is not null)
select origin, count(*), bool_or(telling), (select count(*) from cells) from cells join personal using (cell)
where landed and {2} group by origin order by origin
"""
PHRASES = """
with texts as (select distinct words_of({0}) as words from {1} where contains({0}, ' ') or contains({0}, ':')),
starts as (select words, unnest(range(1, len(words) + 1)) as first from texts),
phrases as (
    select distinct array_to_string(words[first:first + more], ' ') as phrase
    from starts, range(least(8, (select max(words) from personal))) as lengths (more)
    where first + more <= len(words)
)
select origin, count(*) from phrases join personal using (phrase)
where telling and (words > 1 or len(phrase) >= 8) and (landed or {2})
group by origin order by origin
"""
ADDRESSES = """
select count(distinct address) from (select unnest(addresses_of({0})) as address from {1} where contains({0}, '@'))
where address not in (select unnest(?::varchar[]))
"""


@dataclass(frozen=True)
class Place:
    """A table to look through: always for e-mail addresses, for names and hashes if it says so."""

    database: str
    schema: str
    table: str
    names: bool = True
    hashes: bool = True

    @property
    def relation(self) -> str:
        """Its quoted name."""
        return f'{self.database}.{self.schema}."{self.table}"'


@dataclass(frozen=True)
class Finding:
    """A column with personal data: ``what`` it is and in how many different ``cells`` it was found."""

    column: str
    what: str
    cells: int


def search(con: DuckDBPyConnection, place: Place, contacts: Collection[str]) -> list[Finding]:
    """Look through every text column for what the temp table ``personal`` holds and for addresses but ``contacts``."""
    columns = _text_columns(con, place)
    if not columns or not con.execute(f"select 1 from {place.relation} limit 1").fetchone():
        return []
    signs = ["address", *(["hash"] if place.hashes else []), *(["value", "text"] if place.names else [])]
    asked = [f"bool_or({SIGNS[sign].format(_quoted(column))})" for column in columns for sign in signs]
    answers = iter(con.execute(f"select {', '.join(asked)} from {place.relation}").fetchone() or ())
    seen = {column: {sign: bool(next(answers)) for sign in signs} for column in columns}
    return [finding for column in columns for finding in _findings(con, place, column, seen[column], contacts)]


def _findings(
    con: DuckDBPyConnection, place: Place, column: str, seen: Mapping[str, bool], contacts: Collection[str]
) -> Iterator[Finding]:
    """Count what a column holds, ``seen`` being the signs that a first look found."""
    at = (_quoted(column), place.relation)
    found: set[str] = set()
    if seen.get("value"):
        # whom to ask at work may be in the sources as well
        asked = "not contains(cell, '@')" if place.database == "mart" and column in CONTACTS else "true"
        for origin, cells, telling, all_cells in con.execute(CELLS.format(*at, asked)).fetchall():
            if telling or cells >= min(SEVERAL, SHARE * all_cells):
                found.add(origin)
                yield Finding(column, f"values of {origin}", cells)
    if seen.get("text"):
        messages = place.database == "mart" and column not in SLICED
        for origin, cells in con.execute(PHRASES.format(*at, messages)).fetchall():
            if origin not in found:
                yield Finding(column, f"values of {origin} within a text", cells)
    if seen.get("hash"):
        cells = con.execute(f"select distinct {at[0]} from {at[1]} where len({at[0]}) = 64").fetchall()
        if hashes := {cell for (cell,) in cells} & hashed_values(con):
            yield Finding(column, "hashes of personal data", len(hashes))
    if seen["address"] and column not in CONTACTS:
        addresses = con.execute(ADDRESSES.format(*at), [sorted(contacts)]).fetchone()
        if addresses and addresses[0]:
            yield Finding(column, "e-mail addresses", addresses[0])


def _text_columns(con: DuckDBPyConnection, place: Place) -> list[str]:
    query = (
        "select column_name from duckdb_columns() where database_name = ? and schema_name = ? and table_name = ? "
        "and data_type = 'VARCHAR' order by column_index"
    )
    return [row[0] for row in con.execute(query, [place.database, place.schema, place.table]).fetchall()]


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
