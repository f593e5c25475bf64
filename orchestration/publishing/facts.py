"""Facts and dimensions for ad-hoc questions: immutable month files, of which only touched months are rewritten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.dbt.manifest import logged_days, models
from orchestration.durable import flush
from orchestration.publishing.mart import STORAGE_VERSION, Description, columns_of, comment_on, name, text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Rows without a day, and tables that have none, are one file that is rewritten when its content changed.
UNDATED = "undated"
SPINE = "time_spine"


@dataclass(frozen=True)
class FactTable:
    """A table of schema marts: ``day`` is the column that its month files go by, None for a dimension."""

    name: str
    day: str | None
    definition: str | None

    @property
    def relation(self) -> str:
        """Where the warehouse has it."""
        return f"warehouse.marts.{name(self.name)}"


def fact_tables(manifest: Mapping[str, Any], definitions: Mapping[str, str]) -> list[FactTable]:
    """List the facts and dimensions of a dbt manifest; ``definitions`` says what each was built from."""
    return [
        FactTable(model, next(iter(logged_days(node)), None), definitions.get(model))
        for model, node in sorted(models(manifest).items())
        if node["schema"] == "marts" and model != SPINE
    ]


def write_facts(
    con: DuckDBPyConnection, tables: list[FactTable], published: Path, run_id: str, previous: Mapping[str, Any]
) -> dict[str, Any]:
    """Write the month files that changed since the ``previous`` version's files.json and list the files of every table.

    Returns:
        table → {definition, files: {month: {path, rows, content}}}; paths are relative to ``published``.
    """
    since = previous.get("change_seq", -1)
    listed = {}
    for table in tables:
        before = previous.get("tables", {}).get(table.name, {})
        unchanged = before.get("files", {}) if before.get("definition") == table.definition else {}
        files = _Files(con, table, published, run_id)
        listed[table.name] = {"definition": table.definition, "files": files.write(unchanged, since)}
    return listed


def build_views(
    con: DuckDBPyConnection,
    file: Path,
    published: Path,
    listed: Mapping[str, Any],
    descriptions: Mapping[str, Description],
) -> None:
    """Write the published warehouse: schema marts with a view per table over the listed files, and the time spine."""
    con.execute(f"attach {text(file)} as views (storage_version '{STORAGE_VERSION}')")
    con.execute("create schema views.marts")
    for table, entry in listed.items():
        paths = ", ".join(text((published / part["path"]).absolute()) for part in entry["files"].values())
        con.execute(f"create view views.marts.{name(table)} as select * from read_parquet([{paths}])")
        comment_on(con, "view", f"views.marts.{name(table)}", descriptions.get(table))
    con.execute(f"create table views.marts.{SPINE} as select * from warehouse.marts.{SPINE}")
    con.execute("checkpoint views")
    con.execute("detach views")


def listed_paths(listed: Mapping[str, Any]) -> set[str]:
    """Return the paths of every file that a version lists."""
    return {part["path"] for entry in listed.values() for part in entry["files"].values()}


class _Files:
    """The files of one table in one run."""

    def __init__(self, con: DuckDBPyConnection, table: FactTable, published: Path, run_id: str) -> None:
        self.con = con
        self.table = table
        self.published = published
        self.run_id = run_id

    def write(self, before: Mapping[str, Any], since: int) -> dict[str, Any]:
        touched = self._touched(since)
        files = {UNDATED: self._undated(before.get(UNDATED))}
        for month, rows in self._months().items():
            known = before.get(month)
            if known and month not in touched and known["rows"] == rows:
                files[month] = known
            else:
                files[month] = {"path": self._copy(month, self._in_month(month)), "rows": rows}
        return files

    def _months(self) -> dict[str, int]:
        if not self.table.day:
            return {}
        day = name(self.table.day)
        query = (
            f"select strftime({day}, '%Y-%m'), count(*) from {self.table.relation} where {day} is not null group by 1"
        )
        return dict(sorted(self.con.execute(query).fetchall()))

    def _touched(self, since: int) -> set[str]:
        query = "select distinct key[:7] from warehouse.control.changes where topic = ? and seq > ?"
        return {
            month for (month,) in self.con.execute(query, [f"{self.table.name}.{self.table.day}", since]).fetchall()
        }

    def _undated(self, before: Mapping[str, Any] | None) -> dict[str, Any]:
        where = f"{name(self.table.day)} is null" if self.table.day else "true"
        query = f"select count(*), sum(hash(t))::varchar from {self.table.relation} as t where {where}"
        rows, values = self.con.execute(query).fetchone()  # type: ignore[misc]
        columns = columns_of(self.con, "warehouse", "marts", self.table.name)  # the hash of a row is that of its values
        content = f"{values} {json.dumps(columns)}"
        if before and (before["rows"], before["content"]) == (rows, content):
            return dict(before)
        return {"path": self._copy(UNDATED, where), "rows": rows, "content": content}

    def _in_month(self, month: str) -> str:
        day, first = name(self.table.day or ""), f"'{month}-01'::date"
        return f"{day} >= {first} and {day} < {first} + interval 1 month"

    def _copy(self, part: str, where: str) -> str:
        path = f"facts/{self.table.name}/{part}-{self.run_id}.parquet"
        target = self.published / path
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.tmp")
        query = f"select * from {self.table.relation} where {where}"
        self.con.execute(f"copy ({query}) to {text(partial)} (format parquet, compression zstd)")
        flush(partial)
        partial.replace(target)
        return path
