"""The graph of dbt's models, with what their YAML says of the columns that lineage has to know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from orchestration.dbt.manifest import models

# What a model is, by the schema of its layer.
KINDS = {"staging": "staging", "intermediate": "entity", "marts": "mart", "kpi": "state"}


class Graph:
    """The models of one dbt manifest and the raw tables, as ``system.table``, that they read.

    ``meta.from`` of a column names the models that are joined for it, and for others that name them, only.
    ``meta.is`` says that a column is an entity's, as ``int_entity.column``. ``meta.implies`` says what holds of other
    columns of the row where this one is true: column → values.
    """

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self._nodes = models(manifest)
        tables = {key: f"{table['source_name']}.{table['name']}" for key, table in manifest["sources"].items()}
        names = tables | {key: node["name"] for key, node in manifest["nodes"].items()}
        self._tables = set(tables.values())
        parents = {
            model: sorted({names[parent] for parent in node["depends_on"]["nodes"]})
            for model, node in self._nodes.items()
        }
        self._all_parents = parents
        self._parents = {model: [name for name in found if self._has_rows(name)] for model, found in parents.items()}

    def kind(self, name: str) -> str:
        """Return what a name is: source, staging, entity, mart or state."""
        if name in self._tables:
            return "source"
        schema = self._nodes[name]["schema"]
        return KINDS.get(schema, schema)

    def parents(self, name: str) -> list[str]:
        """Return what a model reads, without the calendar; nothing for a raw table."""
        return self._parents.get(name, [])

    def above(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield every edge above a model, as (start, end)."""
        waiting, seen = [name], {name}
        while waiting:
            end = waiting.pop()
            for start in self.parents(end):
                yield start, end
                if start not in seen:
                    seen.add(start)
                    waiting.append(start)

    def states_above(self, names: Iterable[str]) -> set[str]:
        """Return the models of schema kpi among the names and all that they are built from."""
        found = {name for name in names if name in self._nodes}
        found |= {start for name in tuple(found) for start, _ in self.above(name)}
        return {name for name in found if self.kind(name) == "state"}

    def meta(self, model: str) -> Mapping[str, Any]:
        """Return the meta of a model, empty for one that is not there."""
        return self._nodes[model]["config"].get("meta", {}) if model in self._nodes else {}

    def counts(self, parent: str, model: str, columns: Collection[str]) -> bool:
        """Tell whether a parent bears on these columns of a model: always, unless it is joined for others only."""
        joined_for = {
            column for column in self._columns(model) if parent in _listed(self._column(model, column).get("from"))
        }
        return not joined_for or not joined_for.isdisjoint(columns)

    def entity_constants(self, fact: str, constants: Mapping[str, Collection[str]]) -> dict[str, dict[str, set[str]]]:
        """Return what constants of a fact's columns say of the entities' columns: entity → column → values."""
        held: dict[str, list[set[str]]] = {}
        for column, values in constants.items():
            held.setdefault(column, []).append(set(values))
            implied = self._column(fact, column).get("implies", {}) if set(values) == {"true"} else {}
            for other, found in implied.items():
                held.setdefault(other, []).append(set(found))
        result: dict[str, dict[str, set[str]]] = {}
        for column, found in held.items():
            entity, _, name = self._column(fact, column).get("is", "").partition(".")
            if name:
                result.setdefault(entity, {})[name] = set.intersection(*found)
        return result

    def is_shared(self, name: str) -> bool:
        """Tell whether a model belongs to the KPIs' own schema or is a calendar that facts are counted by."""
        return name in self._nodes and (self.kind(name) == "state" or not self._has_rows(name))

    def _columns(self, model: str) -> Mapping[str, Any]:
        return self._nodes[model].get("columns", {}) if model in self._nodes else {}

    def _column(self, model: str, column: str) -> Mapping[str, Any]:
        found = self._columns(model).get(column, {})
        return found.get("config", {}).get("meta") or found.get("meta", {})

    def _has_rows(self, name: str) -> bool:
        """Tell whether a table holds what a source delivers; a calendar does not."""
        waiting = [name]
        while waiting:
            found = waiting.pop()
            if self.kind(found) in ("source", "staging", "entity"):
                return True
            waiting += self._all_parents.get(found, [])
        return False


def _listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []
