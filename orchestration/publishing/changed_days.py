"""The days on which facts changed between two versions, read from the month files that differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.dbt.manifest import models
from orchestration.publishing.mart import name, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLE = "create or replace temp table changed_days (topic varchar, day date, is_new boolean)"
QUERY = """
insert into changed_days
with was as (select {keys}, {day} as day, hash({content}) as content from {old}),
now as (select {keys}, {day} as day, hash({content}) as content from {new}),
differing as (
    select was.day as old_day, now.day as new_day
    from was full join now using ({keys})
    where was.content is distinct from now.content
)
select distinct {topic}, day, is_new from (
    select new_day as day, old_day is null as is_new from differing
    union all
    select old_day, false from differing
)
where day is not null
"""


def fill_changed_days(
    con: DuckDBPyConnection,
    topics: Iterable[str],
    manifest: Mapping[str, Any],
    published: Path,
    before: Mapping[str, Any],
    now: Mapping[str, Any],
) -> None:
    """Create the temp table ``changed_days`` (topic, day, is_new) for day columns such as ``fct_orders.ordered_day``.

    A row is new on a day if its key was not there, or had no day; a row that changed or went counts on its old and on
    its new day. ``before`` and ``now`` are two versions' files by table, as ``write_facts`` lists them.
    """
    con.execute(TABLE)
    nodes = models(manifest)
    for topic in topics:
        table, day = topic.split(".")
        old, new = _differing(before.get(table, {}), now.get(table, {}))
        keys = nodes[table]["config"].get("unique_key") if table in nodes else None
        if keys and (old or new):
            rows = _relation(published, table, old), _relation(published, table, new)
            _compare(con, topic, day, [keys] if isinstance(keys, str) else keys, rows)


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the paths that only one of two versions of a table has."""
    old, new = ({part["path"] for part in version.get("files", {}).values()} for version in (before, now))
    return sorted(old - new), sorted(new - old)


def _relation(published: Path, table: str, paths: list[str]) -> str:
    """Return SQL that reads the rows in files of a table; none without files, but its columns."""
    if not paths:
        return f"(from warehouse.marts.{name(table)} limit 0)"
    return f"read_parquet([{', '.join(text((published / path).absolute()) for path in paths)}])"


def _compare(con: DuckDBPyConnection, topic: str, day: str, keys: list[str], rows: tuple[str, str]) -> None:
    columns = [[row[0] for row in con.execute(f"describe from {side}").fetchall()] for side in rows]
    common = [column for column in columns[1] if column in columns[0]]
    if not {*keys, day} <= set(common):
        return
    con.execute(
        QUERY.format(
            keys=", ".join(map(name, keys)),
            day=name(day),
            content=", ".join(map(name, common)),
            old=rows[0],
            new=rows[1],
            topic=text(topic),
        )
    )
