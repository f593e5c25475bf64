"""Runs the compiler's models straight in DuckDB, without what dbt costs: whole, or as its incremental strategy does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
from jinja2 import Environment, StrictUndefined

VALUES = "kpi_metric_values"


@dataclass
class CompiledModels:
    """The values' model and all models that it reads, as tables of a connection that also finds the facts.

    ``texts`` is what the compiler returned. A table ``changes`` (topic, key) says what an update has to look at.
    """

    texts: Mapping[str, str]
    con: duckdb.DuckDBPyConnection

    def build(self) -> None:
        """Compute every model whole."""
        self.con.execute("create table changes (topic varchar, key varchar)")
        for model in self.in_order():
            self.con.execute(f"create table {model} as {self._render(model, is_incremental=False).sql}")

    def update(self) -> None:
        """Compute again what the changes touch, and log what that changes for the models that come after."""
        for model in self.in_order():
            self._replace_rows(model, self._render(model, is_incremental=True))

    def in_order(self) -> list[str]:
        """The models' names, each after those that it reads."""
        return list(dict.fromkeys(self._with_parents(VALUES)))

    def _with_parents(self, model: str) -> Iterator[str]:
        for parent in self._render(model, is_incremental=False).parents:
            if f"{parent}.sql" in self.texts:
                yield from self._with_parents(parent)
        yield model

    def _replace_rows(self, model: str, rendered: _Rendered) -> None:
        """What the strategy replace_rows does: rows that are equal before and after stay as they are."""
        keys = ", ".join(rendered.keys)
        casts = ", ".join(f"{key}::{kind} as {key}" for key, kind in zip(rendered.keys, rendered.types, strict=True))
        same = " and ".join(f"stored.{key} = removed.{key}" for key in rendered.config["unique_key"])
        unique = ", ".join(rendered.config["unique_key"])
        self.con.execute(
            f"create table affected__{model} as select distinct {casts} from ({rendered.affected}) as a ({keys});"
            f"create or replace temp table incoming as {rendered.sql};"
            f"create or replace temp table outgoing as "
            f"select stored.* from {model} as stored semi join affected__{model} using ({keys});"
            "create or replace temp table removed as select * from outgoing except all select * from incoming;"
            "create or replace temp table added as select * from incoming except all select * from outgoing"
        )
        for column in rendered.config["meta"]["logs"]:
            self.con.execute(
                f"insert into changes select '{model}.{column}', key::varchar "
                f"from (select {column} from removed union select {column} from added) as both_sides (key)"
            )
        self.con.execute(
            f"delete from {model} as stored using removed where {same};"
            f"insert into {model} by name select * from incoming semi join added using ({unique});"
            f"drop table affected__{model}"
        )

    def _render(self, model: str, is_incremental: bool) -> _Rendered:
        """The model's SQL with stand-ins for dbt's context and the project's macros."""
        rendered = _Rendered()
        environment = Environment(undefined=StrictUndefined, autoescape=False)
        rendered.sql = environment.from_string(self.texts[f"{model}.sql"]).render(
            ref=rendered.ref,
            config=rendered.configure,
            affected=rendered.keep_affected,
            this=model,
            affected_relation=lambda: f"affected__{model}",
            changed="select key from changes where topic = '{}'".format,
            is_incremental=lambda: is_incremental,
            run_id=lambda: "'benchmark'",
        )
        return rendered


@dataclass
class _Rendered:
    """SQL of a model, the query for its affected keys, and what it says of itself."""

    sql: str = ""
    affected: str = ""
    keys: Sequence[str] = ()
    types: Sequence[str] = ()
    parents: dict[str, None] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)

    def ref(self, parent: str) -> str:
        self.parents[parent] = None
        return parent

    def configure(self, **given: Any) -> str:
        self.config = given
        return ""

    def keep_affected(self, keys: str | list[str], types: str | list[str], caller: Callable[[], str]) -> str:
        self.affected = caller()
        self.keys, self.types = ([given] if isinstance(given, str) else given for given in (keys, types))
        return ""
