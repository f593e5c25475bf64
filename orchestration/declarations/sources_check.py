"""Checks a sources.yml and builds its declarations; every error names file, line, place and what is allowed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from expectations.columns import COLUMN_TYPES, Column
from metrics.located_yaml import LocatedYaml, read_yaml
from metrics.problems import DefinitionError
from orchestration.declarations.sources import ENTITIES, FORMATS, MODES, Sources, System, Table, parse_time
from orchestration.declarations.yaml_check import Checker, Where, listed
from orchestration.errors import UsageError, shown

CONNECTORS = ("files",)
NAME = re.compile(r"[a-z][a-z0-9_]*")
TOP_FIELDS = ("as_of", "systems")
SYSTEM_FIELDS = ("connector", "time_zone", "currency", "tables")
TABLE_FIELDS = (
    "entity",
    "path",
    "format",
    "key",
    "replaces",
    "mode",
    "cursor",
    "deletions",
    "freshness",
    "max_rejected",
    "holds",
    "columns",
)
STAGED_FIELDS = ("staged_from", "entity", "freshness", "holds")
NAME_RULE = "a name is lower-case letters, digits and _, and starts with a letter"


def check_sources(path: Path) -> Sources:
    """Build the declarations of a file, or raise one ``UsageError`` with a line per error."""
    check = _Check(path, _read(path))
    sources = check.sources()
    if check.errors:
        raise UsageError("\n".join(text for _, text in sorted(check.errors)))
    return sources


def _read(path: Path) -> LocatedYaml:
    if not path.is_file():
        raise UsageError(f"{shown(path)}: the file does not exist; it declares what is pulled")
    try:
        document = read_yaml(path)
    except DefinitionError as error:
        raise UsageError("\n".join(f"{p.file}:{p.line}: {p.message}" for p in error.problems)) from None
    if not isinstance(document.data, dict | None):
        raise UsageError(f"{shown(path)}:1: must be a mapping with the fields {', '.join(TOP_FIELDS)}")
    return document


class _Check(Checker):
    structure: ClassVar[dict[int, str]] = {0: "systems", 2: "tables"}

    def sources(self) -> Sources:
        for path, line in self.document.repeated:
            self.error_at(line, tuple(map(str, path)), "is declared twice")
        top = self.fields((), self.document.data or {}, TOP_FIELDS)
        systems = self.mapping(("systems",), top.get("systems"))
        built = {name: self.system(("systems", name), name, value) for name, value in systems.items()}
        return Sources(self.path, built, self.as_of(top.get("as_of")))

    def as_of(self, value: Any) -> datetime | Path | None:
        if value is None:
            return None
        if isinstance(value, dict) and list(value) == ["file"] and isinstance(value["file"], str):
            return self.path.parent / value["file"]
        if isinstance(value, date) and not isinstance(value, datetime):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
        try:
            return parse_time(value.isoformat() if isinstance(value, datetime) else value)
        except (ValueError, AttributeError):
            self.error(("as_of",), f"{value!r} is not a time; write a timestamp or {{file: path}}")
            return None

    def system(self, where: Where, name: str, value: Any) -> System:
        self.name(where, name)
        fields = self.fields(where, value, SYSTEM_FIELDS)
        connector = self.one_of((*where, "connector"), fields.get("connector"), CONNECTORS)
        declared = self.mapping((*where, "tables"), fields.get("tables"))
        tables = {n: self.table((*where, "tables", n), name, n, v) for n, v in declared.items()}
        tables = {n: self.inherit((*where, "tables", n), t, tables) for n, t in tables.items()}
        return System(name, connector, self.zone(where, fields), self.currency(where, fields), tables)

    def zone(self, where: Where, fields: dict[str, Any]) -> str:
        name = fields.get("time_zone")
        try:
            ZoneInfo(name)
        except Exception:  # zoneinfo raises five kinds, by what is wrong with the name
            self.error(
                (*where, "time_zone"), f"{name!r} is not a time zone; use an IANA name such as Europe/Madrid or UTC"
            )
        return str(name)

    def currency(self, where: Where, fields: dict[str, Any]) -> str | None:
        code = fields.get("currency")
        if code is not None and not re.fullmatch("[A-Z]{3}", str(code)):
            self.error((*where, "currency"), f"{code!r} is not a currency; use an ISO 4217 code such as EUR")
        return code

    def table(self, where: Where, system: str, name: str, value: Any) -> Table:
        self.name(where, name)
        staged = isinstance(value, dict) and "staged_from" in value
        fields = self.fields(where, value, STAGED_FIELDS if staged else TABLE_FIELDS)
        entity = self.one_of((*where, "entity"), fields["entity"], ENTITIES) if fields.get("entity") else None
        freshness = self.span((*where, "freshness"), fields.get("freshness"))
        holds = self.holds((*where, "holds"), fields.get("holds"))
        if staged:
            origin = str(fields["staged_from"])
            return Table(system, name, entity=entity, freshness=freshness, staged_from=origin, holds=holds)
        columns = self.columns((*where, "columns"), fields.get("columns"))
        names = [column.name for column in columns]
        table = Table(
            system,
            name,
            mode=self.one_of((*where, "mode"), fields.get("mode", "append"), MODES),
            entity=entity,
            path=self.text(
                (*where, "path"), fields.get("path"), "a glob relative to this file, such as extracts/*.csv"
            ),
            key=self.among((*where, "key"), fields.get("key"), names),
            replaces=self.among((*where, "replaces"), fields.get("replaces"), names),
            cursor=self.single((*where, "cursor"), fields.get("cursor"), names),
            deletions=self.single((*where, "deletions"), fields.get("deletions"), names),
            freshness=freshness,
            max_rejected=self.share((*where, "max_rejected"), fields.get("max_rejected", 0.05)),
            columns=columns,
            holds=holds,
        )
        self.identity(where, fields, table)
        return replace(table, format=self.format(where, fields, table.path))

    def identity(self, where: Where, fields: dict[str, Any], table: Table) -> None:
        if ("key" in fields) == ("replaces" in fields):
            found = "has both key and replaces" if "key" in fields else "has neither key nor replaces"
            self.error(
                where, f"{found}; declare one: the columns that name a row, or the group that a delivery replaces"
            )
        if "replaces" in fields and table.mode == "snapshot":
            self.error(
                (*where, "replaces"), "is not allowed with mode snapshot, which replaces everything; declare a key"
            )
        types = {column.name: column.type for column in table.columns}
        if types.get(table.deletions or "", "boolean") != "boolean":
            self.error(
                (*where, "deletions"), f"column {table.deletions} is {types[table.deletions or '']}; it must be boolean"
            )

    def format(self, where: Where, fields: dict[str, Any], path: str) -> str:
        if "format" in fields:
            return self.one_of((*where, "format"), fields["format"], FORMATS)
        ending = path.removesuffix(".gz").rpartition(".")[2]
        if path and ending not in FORMATS:
            self.error(
                (*where, "path"),
                f"{path!r} ends in none of .csv, .jsonl, .parquet; declare format: one of {', '.join(FORMATS)}",
            )
        return ending

    def inherit(self, where: Where, table: Table, tables: dict[str, Table]) -> Table:
        if table.staged_from is None:
            return table
        origin = tables.get(table.staged_from)
        if origin is None or origin.staged_from:
            pulled = [t.name for t in tables.values() if not t.staged_from]
            self.error(
                (*where, "staged_from"),
                f"{table.staged_from!r} is not a pulled table of this system; use {listed(pulled)}",
            )
            return table
        return replace(
            origin,
            name=table.name,
            entity=table.entity,
            freshness=table.freshness or origin.freshness,
            staged_from=origin.name,
            holds=table.holds,
        )

    def columns(self, where: Where, value: Any) -> tuple[Column, ...]:
        return tuple(self.column((*where, str(n)), str(n), v) for n, v in self.mapping(where, value).items())

    def column(self, where: Where, name: str, value: Any) -> Column:
        fields = self.fields(where, value, ("type", "format", "pii")) if isinstance(value, dict) else {"type": value}
        kind, pattern = self.one_of(where, fields.get("type"), COLUMN_TYPES), fields.get("format")
        if pattern is not None and kind not in ("date", "timestamp"):
            self.error((*where, "format"), "is allowed for date and timestamp only")
        if pattern is not None and (not isinstance(pattern, str) or "%" not in pattern):
            self.error((*where, "format"), f"{pattern!r} is not a strptime pattern; write one such as %d/%m/%Y")
        if not isinstance(pii := fields.get("pii", False), bool):
            self.error((*where, "pii"), f"{pii!r} is not allowed; write true or false")
        return Column(name, kind, pattern, pii is True)

    def holds(self, where: Where, value: Any) -> dict[str, tuple[str, ...]]:
        if value is None:
            return {}
        return {column: self.constants((*where, column), found) for column, found in self.mapping(where, value).items()}

    def constants(self, where: Where, value: Any) -> tuple[str, ...]:
        if isinstance(value, list) and value and all(isinstance(constant, str) for constant in value):
            return tuple(value)
        self.error(where, f"{value!r} is not allowed; write a list of the values that rows have, such as [employee]")
        return ()

    def name(self, where: Where, name: str) -> None:
        if not NAME.fullmatch(name):
            self.error(where, f"{name!r} is not allowed; {NAME_RULE}")
