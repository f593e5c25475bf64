"""Every landed or quarantined value of the columns marked ``pii``, to be looked for where it must not be."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.declarations.sources import Sources, Table
from orchestration.personal_data.salt import salt

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHORTEST = 6  # characters: below, a value is most likely an initial, a code or a word that others use too
COMMON_SHARE, COMMON_ROWS = 0.05, 20  # a value of more rows than both is a placeholder, such as "not given"
MACROS = r"""
create or replace temp macro words_of(t) as regexp_extract_all(lower(t), '[\p{L}\p{N}_]+');
create or replace temp macro addresses_of(t) as
    regexp_extract_all(lower(t), '[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+');
create or replace temp table personal_found (value varchar, origin varchar, key boolean, landed boolean, rows bigint);
"""
# `telling`: one such value is nobody's by chance. Of plain words (a customer called Valencia) it takes several.
PERSONAL = f"""
create or replace temp table personal as
select lower(trim(value)) as cell, any_value(origin) as origin,
    array_to_string(any_value(words), ' ') as phrase,
    any_value(len(words)) as words,
    bool_or(landed) as landed,
    any_value(len(words) > 1 or regexp_matches(value, '[0-9]')) as telling
from (
    select value, origin, landed, words_of(value) as words,
        rows > {COMMON_ROWS} and rows > {COMMON_SHARE} * sum(rows) over (partition by origin) as is_common
    from personal_found
)
where len(trim(value)) >= {SHORTEST} and not is_common
    and try_cast(value as date) is null and not regexp_full_match(trim(value), '[0-9.,-]{{1,7}}')
group by 1
"""


def collect_values(con: DuckDBPyConnection, sources: Sources, landing: Sequence[Path]) -> None:
    """Fill the temp table ``personal`` of a connection.

    Columns: cell (the value, trimmed, lower case), origin (system.table.column), phrase (its words), words (how many),
    telling (more than a single plain word) and landed (not in quarantine only, where files with swapped columns lie).
    ``landing`` are the folders of ``<system>/<table>/*.parquet``: the landing first, then the quarantine.
    """
    con.execute(MACROS)
    for table in sources.pulled():
        for position, folder in enumerate(landing):
            _collect(con, table, folder / table.system / table.name, landed=position == 0)
    con.execute(PERSONAL)


def count_values(con: DuckDBPyConnection) -> int:
    """Return how many values were collected."""
    return con.execute("select count(*) from personal").fetchone()[0]  # type: ignore[index]


def hashed_values(con: DuckDBPyConnection) -> set[str]:
    """Return the hashes of the collected values as staging writes them, but for keys: those say who is the same."""
    key = salt()
    if not key:
        return set()
    query = "select distinct value from personal_found group by value having not bool_or(key)"
    return {hmac.new(key, value.encode(), "sha256").hexdigest() for (value,) in con.execute(query).fetchall() if value}


def _collect(con: DuckDBPyConnection, table: Table, folder: Path, landed: bool) -> None:
    columns = [column.name for column in table.columns if column.pii and column.type == "string"]
    files = [str(path) for path in sorted(folder.glob("*.parquet")) if not path.name.startswith(".")]
    if not columns or not files:
        return
    described = con.execute("describe from read_parquet(?, union_by_name = true)", [files]).fetchall()
    there = {row[0] for row in described}
    for column in columns:
        if column in there:
            quoted = '"' + column.replace('"', '""') + '"'
            query = f"""
                insert into personal_found
                select {quoted}::varchar, ?, ?, ?, count(*) from read_parquet(?, union_by_name = true)
                where {quoted} is not null group by 1
            """
            con.execute(query, [f"{table.system}.{table.name}.{column}", column in table.key, landed, files])
