"""Views of the mart over its own tables: the generated models that say that they are published as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.dbt.manifest import models
from orchestration.publishing.mart import Description, comment_on, name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class MartView:
    """A published view, unique by ``key``; ``sql`` selects from tables of the mart."""

    name: str
    key: tuple[str, ...]
    sql: str


def mart_views(manifest: Mapping[str, Any]) -> tuple[MartView, ...]:
    """Return the models whose config says ``meta.published.kind: view``, by name; each company has its own."""
    published = {
        model: spec
        for model, node in models(manifest).items()
        if (spec := node["config"].get("meta", {}).get("published", {})).get("kind") == "view"
    }
    nodes = models(manifest)
    return tuple(
        MartView(model, tuple(spec["key"]), _sql(nodes[model]["raw_code"])) for model, spec in sorted(published.items())
    )


def create_views(con: DuckDBPyConnection, views: tuple[MartView, ...], descriptions: Mapping[str, Description]) -> None:
    """Create the views in ``mart``, with their comments."""
    con.execute("use mart")
    for view in views:
        con.execute(f"create view {name(view.name)} as {view.sql}")
    con.execute("use memory")
    for view in views:
        comment_on(con, "view", f"mart.{name(view.name)}", descriptions.get(view.name))


def _sql(raw_code: str) -> str:
    """Return a model's SQL over tables of its own database: what it refers to by a macro is the name of the table."""
    from jinja2 import Environment

    return Environment(autoescape=False).from_string(raw_code).render(ref=name, mart_table=name)  # noqa: S701 - SQL, not HTML
