"""Renders a generated model without dbt, so that its full and its incremental SQL can be run straight in DuckDB."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, StrictUndefined


@dataclass(frozen=True)
class Rendered:
    """A model's SQL as dbt would run it.

    ``affected_sql`` gives the keys to recompute (columns ``keys`` of ``types``, by position); it is to be stored as
    the relation ``affected__<model>`` before the SQL of an incremental run is executed. ``parents`` are the models
    that it refers to.
    """

    sql: str
    affected_sql: str | None = None
    keys: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    parents: tuple[str, ...] = ()


@dataclass
class DryRun:
    """Stand-ins for dbt's context and the project's macros.

    ``changed`` gives a query for the keys of a topic that the model has not seen; ``as_of`` is SQL of a UTC timestamp.
    """

    time_zone: str
    as_of: str = "cast('2026-01-01' as timestamp)"
    run_id: str = "'run'"
    changed: Callable[[str], str] = "select key from changes where topic = '{}'".format

    def render(self, model: str, text: str, incremental: bool = False) -> Rendered:
        """The SQL of one generated model, for a first build or an incremental run."""
        found: dict[str, Any] = {}
        parents: dict[str, None] = {}

        def ref(parent: str) -> str:
            parents[parent] = None
            return parent

        def affected(keys: str | Sequence[str], types: str | Sequence[str], caller: Callable[[], str]) -> str:
            found.update(affected_sql=caller().strip(), keys=_tuple(keys), types=_tuple(types))
            return ""

        def config(**given: Any) -> str:
            found.update(config=given)
            return ""

        environment = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
        sql = environment.from_string(text).render(
            ref=ref,
            this=model,
            config=config,
            affected=affected,
            affected_relation=lambda: f"affected__{model}",
            changed=self.changed,
            is_incremental=lambda: incremental,
            run_id=lambda: self.run_id,
            as_of=lambda: self.as_of,
            business_day=self._business_day,
        )
        return Rendered(sql=sql, parents=tuple(parents), **found)

    def _business_day(self, moment: str) -> str:
        return f"cast(timezone('{self.time_zone}', timezone('UTC', {moment})) as date)"


def _tuple(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
