"""A warehouse that follows a company by increments, beside what a full refresh would make of the same rows."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import duckdb

from metrics.calendar import Calendar
from orchestration import warehouse
from orchestration.dbt import model_hashes
from tests.histories.company import TABLES, Company, changed_keys
from tests.histories.definitions import Model, compiled
from tests.metrics.lab import fill_calendar, replace_rows

Rows = dict[tuple[Any, ...], tuple[Any, ...]]
FULL = "full_refresh"
AS_OF = datetime(2026, 1, 1)


class Warehouse:
    """The kept models of some definitions, brought up to date by ``follow``."""

    def __init__(self, calendar: Calendar, last_day: date, definitions: str):
        self.calendar = calendar
        self.definitions = definitions
        self.con = duckdb.connect(config={"threads": 1})
        self.con.execute("pragma disable_optimizer")  # rows are few and plans long
        self.con.execute(f"{warehouse.DDL} create schema {FULL};")
        self.con.execute("".join(f"create table {name} ({columns});" for name, columns in TABLES.items()))
        fill_calendar(self.con, calendar, last_day)
        self._rows: dict[str, set[tuple[Any, ...]]] = {name: set() for name in TABLES}

    @property
    def models(self) -> tuple[Model, ...]:
        """The models of today's definitions, parents first."""
        return compiled(self.definitions, self.calendar)

    def follow(self, company: Company) -> None:
        """Run: take in what changed, drop what has another definition, and bring every model up to date."""
        self._land(company)
        hashes = model_hashes.model_hashes(self._manifest(), {})
        model_hashes.drop_changed(self.con, self._manifest(), hashes)
        warehouse.prune_changes(self.con, [model.name for model in self.models], self._newest())
        kept = {name for (name,) in self.con.execute("select table_name from duckdb_tables()").fetchall()}
        for model in self.models:
            if model.name in kept:
                self._increment(model)
            else:
                self._build(model)
        model_hashes.record_built(self.con, hashes, [model.name for model in self.models], "run")

    def contents(self) -> dict[str, Rows]:
        """Model → its rows by key."""
        return {model.name: self._rows_of(model, "main") for model in self.models}

    def refreshed(self) -> dict[str, Rows]:
        """The same as a full refresh computes it."""
        self.con.execute(f"set search_path = '{FULL},main'")
        for model in self.models:
            self.con.execute(f"create or replace table {FULL}.{model.name} as {model.full.sql}")
        self.con.execute("set search_path = 'main'")
        found = {model.name: self._rows_of(model, FULL) for model in self.models}
        self.con.execute("".join(f"drop table {FULL}.{model.name};" for model in self.models))
        return found

    def _rows_of(self, model: Model, schema: str) -> Rows:
        keys = model.config["unique_key"]
        found = self.con.execute(
            f"select {', '.join(keys)}, * exclude (run_id, {', '.join(keys)}) from {schema}.{model.name}"
        ).fetchall()
        rows = {row[: len(keys)]: row[len(keys) :] for row in found}
        assert len(rows) == len(found), f"{model.name}: a key came twice"
        return rows

    def _land(self, company: Company) -> None:
        run = self.con.execute
        run(
            "create or replace table time_spine as select distinct day from calendar_periods where day <= ?",
            [company.today],
        )
        for table, rows in company.rows().items():
            if differing := rows ^ self._rows[table]:
                run(f"delete from {table}")
                if rows:
                    marks = ", ".join(f"unnest(${n + 1})" for n in range(len(next(iter(rows)))))
                    run(
                        f"insert into {table} select {marks}",
                        [list(column) for column in zip(*sorted(rows, key=str), strict=True)],
                    )
                for topic, keys in changed_keys(table, differing).items():
                    self._log(topic, keys)
            self._rows[table] = rows

    def _log(self, topic: str, keys: set[Any]) -> None:
        query = "select ?, key, nextval('control.change_seq') from unnest(?::varchar[]) as keys (key)"
        self.con.execute(f"insert into control.changes {query}", [topic, sorted(map(str, keys))])

    def _newest(self) -> int:
        return self.con.execute("select coalesce(max(seq), 0) from control.changes").fetchone()[0]

    def _build(self, model: Model) -> None:
        self.con.execute(f"create table {model.name} as {model.full.sql}")
        for column in model.config["meta"]["logs"]:
            keys = self.con.execute(f"select distinct {column} from {model.name}").fetchall()
            self._log(f"{model.name}.{column}", {key for (key,) in keys})
        self._acknowledge(model)

    def _increment(self, model: Model) -> None:
        for column, keys in replace_rows(self.con, model.name, model.increment).items():
            self._log(f"{model.name}.{column}", keys)
        self._acknowledge(model)

    def _acknowledge(self, model: Model) -> None:
        self.con.execute("insert into control.offsets values (?, ?, ?)", [model.name, self._newest(), AS_OF])

    def _manifest(self) -> dict[str, Any]:
        """What dbt's manifest says of the models."""
        nodes = {f"model.{model.name}": _node(model) for model in self.models}
        return {"metadata": {"project_name": "lab"}, "macros": {}, "nodes": nodes}


def _node(model: Model) -> dict[str, Any]:
    return {
        "unique_id": f"model.{model.name}",
        "resource_type": "model",
        "name": model.name,
        "alias": model.name,
        "schema": "main",
        "config": model.config,
        "raw_code": model.text,
        "depends_on": {"nodes": [f"model.{parent}" for parent in model.full.parents]},
    }


def differences(found: Mapping[str, Rows], expected: Mapping[str, Rows]) -> list[str]:
    """Every row that is missing, surplus or not equal; numbers that are not exact may differ by 1e-9 of their size."""
    assert found.keys() == expected.keys()
    return [
        f"{model} {key}: {found[model].get(key)} instead of {rows.get(key)}"
        for model, rows in expected.items()
        for key in sorted(rows.keys() | found[model].keys(), key=str)
        if not _equal(found[model].get(key), rows.get(key))
    ]


def _equal(one: tuple[Any, ...] | None, other: tuple[Any, ...] | None) -> bool:
    if one == other or one is None or other is None:
        return one == other
    return all(a == b or _close(a, b) for a, b in zip(one, other, strict=True))


def _close(one: Any, other: Any) -> bool:
    return isinstance(one, float) and isinstance(other, float) and math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
