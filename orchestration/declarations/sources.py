"""What is pulled, from where, and how it lands: the declarations of sources.yml."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from expectations.columns import Column
from orchestration.errors import UsageError

ENTITIES = (
    "customers",
    "products",
    "orders",
    "order_lines",
    "refunds",
    "leads",
    "deals",
    "sales_activities",
    "ad_spend",
    "web_events",
    "tickets",
    "interactions",
    "surveys",
    "employees",
)
MODES = ("append", "upsert", "snapshot")
FORMATS = ("csv", "jsonl", "parquet")


@dataclass(frozen=True)
class Table:
    """A declared table of a system.

    Exactly one of ``key`` and ``replaces`` is filled. ``holds`` are constants of the entity's columns that all rows of
    the table have: column → the values it may have. A table with ``staged_from`` has no pull of its own: everything
    but its name, entity, freshness and constants is that other table's. ``rules`` is the fingerprint of its suite,
    filled where rows are judged.
    """

    system: str
    name: str
    mode: str = "append"
    entity: str | None = None
    path: str = ""
    format: str = ""
    key: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    cursor: str | None = None
    deletions: str | None = None
    freshness: timedelta | None = None
    max_rejected: float = 0.05
    columns: tuple[Column, ...] = ()
    staged_from: str | None = None
    holds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: str = ""

    @property
    def landed_as(self) -> str:
        """Name of the table whose landing holds the rows."""
        return self.staged_from or self.name

    @property
    def required(self) -> frozenset[str]:
        """Columns that may not be empty in any row."""
        return frozenset((*self.key, *self.replaces, *([self.cursor] if self.cursor else [])))

    @property
    def declaration(self) -> str:
        """Hash of what decides which rows are fit to land; when it changes, rejected files are tried again."""
        columns = [[c.name, c.type, c.format] for c in self.columns]
        parts = [
            columns,
            self.format,
            self.key,
            self.replaces,
            self.mode,
            self.cursor,
            self.deletions,
            self.max_rejected,
            *([self.rules] if self.rules else []),
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class System:
    """A source system: how it is read, and the zone and currency that it writes in."""

    name: str
    connector: str
    time_zone: str
    currency: str | None = None
    tables: dict[str, Table] = field(default_factory=dict)


@dataclass(frozen=True)
class Sources:
    """A valid sources.yml. ``as_of`` is a UTC time, a file that holds one, or None (the clock)."""

    path: Path
    systems: dict[str, System]
    as_of: datetime | Path | None = None

    def tables(self) -> Iterator[Table]:
        """Every declared table, in the order of the file."""
        for system in self.systems.values():
            yield from system.tables.values()

    def pulled(self) -> Iterator[Table]:
        """The tables with a pull of their own."""
        return (table for table in self.tables() if not table.staged_from)

    def table(self, system: str, name: str) -> Table:
        """One declared table; an unknown name is a usage error."""
        try:
            return self.systems[system].tables[name]
        except KeyError:
            known = ", ".join(f"{t.system}.{t.name}" for t in self.tables())
            raise UsageError(f"{self.path}: {system}.{name}: is not declared; use one of {known}") from None

    def default_as_of(self) -> datetime:
        """The run's *now* unless the user gives one, in UTC."""
        if isinstance(self.as_of, Path):
            return _read_as_of(self.as_of, self.path)
        return self.as_of or datetime.now(UTC)

    def dbt_vars_sources(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The dbt var ``sources``: system → table → what its staging model needs; the same text for the same file."""
        return {s.name: {t.name: _dbt_table(s, t) for t in s.tables.values()} for s in self.systems.values()}

    def entities(self) -> dict[str, list[list[str]]]:
        """The dbt var ``entities``: every entity with the [system, table] pairs that feed it."""
        fed: dict[str, list[list[str]]] = {entity: [] for entity in ENTITIES}
        for table in self.tables():
            if table.entity:
                fed[table.entity].append([table.system, table.name])
        return fed


def load_sources(path: Path) -> Sources:
    """Read and check a sources.yml; all errors at once in one ``UsageError``, a line each."""
    from orchestration.declarations.sources_check import check_sources

    return check_sources(path)


def parse_time(text: str) -> datetime:
    """ISO 8601 to UTC; without an offset it is UTC already. Anything else is a ``ValueError``."""
    time = datetime.fromisoformat(text.strip())
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _read_as_of(file: Path, declared_in: Path) -> datetime:
    try:
        return parse_time(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        hint = "it comes with the extracts; `make run` generates those of the sample company"
        raise UsageError(f"{declared_in}: as_of: the file {file} does not exist; {hint}") from None
    except ValueError:
        raise UsageError(f"{file}: as_of: is not a timestamp; write one such as 2026-06-30T23:59:59Z") from None


def _dbt_table(system: System, table: Table) -> dict[str, Any]:
    return {
        "entity": table.entity,
        "key": list(table.key),
        "replaces": list(table.replaces),
        "mode": table.mode,
        "cursor": table.cursor,
        "deletions": table.deletions,
        "time_zone": system.time_zone,
        "currency": system.currency,
        "from": table.landed_as,
        "columns": {column.name: column.type for column in table.columns},
    }
