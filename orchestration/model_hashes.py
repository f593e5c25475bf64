"""What an incremental table was built from, as a hash: a table whose definition changed is dropped and built whole."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from orchestration.dbt_manifest import incremental_models

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Settings that say who may see or run a model, not what is in it.
NOT_CONTENT = {"tags", "docs", "group", "access", "persist_docs", "full_refresh", "event_time"}


def model_hashes(manifest: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, str]:
    """Hash every incremental model: its code and settings, the macros it calls, all that is upstream, and the vars.

    Args:
        manifest: dbt's ``manifest.json``.
        variables: the dbt vars; staging reads its own table's declaration (and the salt of personal data),
            everything else entities and calendar.
    """
    hasher = _Hasher(manifest, variables)
    return {name: hasher.node(node["unique_id"]) for name, node in incremental_models(manifest).items()}


def drop_changed(con: DuckDBPyConnection, manifest: Mapping[str, Any], hashes: Mapping[str, str]) -> list[str]:
    """Drop every incremental table that was not built from today's definition, and forget what it had seen.

    A model that is gone is forgotten too: should it come back, the changes that it missed may have been pruned.

    Returns:
        The names of the models that will be built whole.
    """
    stored = dict(con.execute("select model, hash from control.definitions").fetchall())
    changed = sorted(name for name, value in hashes.items() if stored.get(name) != value)
    models = incremental_models(manifest)
    con.execute("begin")
    for name in changed:
        _drop(con, models[name])
    con.execute("delete from control.definitions where model not in (select unnest(?::varchar[]))", [list(hashes)])
    con.execute("commit")
    return changed


def record_built(con: DuckDBPyConnection, hashes: Mapping[str, str], built: Iterable[str], run_id: str) -> None:
    """Remember what the ``built`` models were built from, and in which run they were built whole."""
    known = {model for (model,) in con.execute("select model from control.definitions").fetchall()}
    rows = [[name, hashes[name], run_id] for name in built if name in hashes and name not in known]
    if rows:
        con.executemany("insert into control.definitions values (?, ?, ?)", rows)


def _drop(con: DuckDBPyConnection, node: Mapping[str, Any]) -> None:
    name, relation = node["name"], (node["schema"], node["alias"])
    found = con.execute(
        "select table_type from information_schema.tables where table_schema = ? and table_name = ?", relation
    ).fetchone()
    if found:
        kind = "view" if found[0] == "VIEW" else "table"
        con.execute(f'drop {kind} "{relation[0]}"."{relation[1]}"')
    con.execute("delete from control.staged where model = ?", [name])
    con.execute("delete from control.offsets where consumer = ?", [name])
    con.execute("delete from control.definitions where model = ?", [name])


class _Hasher:
    """Hashes nodes and macros of one manifest, each once."""

    def __init__(self, manifest: Mapping[str, Any], variables: Mapping[str, Any]) -> None:
        self.manifest = manifest
        self.variables = variables
        self.known: dict[str, str] = {}

    def node(self, unique_id: str) -> str:
        """Hash a node with everything it depends on; a source counts by its name."""
        if unique_id not in self.known:
            node = self.manifest["nodes"].get(unique_id)
            self.known[unique_id] = unique_id if node is None else self._node(node)
        return self.known[unique_id]

    def macro(self, unique_id: str) -> str:
        """Hash a macro with every macro that it calls; dbt's own count by their name."""
        if unique_id not in self.known:
            macro = self.manifest["macros"].get(unique_id)
            self.known[unique_id] = unique_id  # a macro that calls itself
            if macro and macro["package_name"] == self.manifest["metadata"]["project_name"]:
                calls = [self.macro(call) for call in sorted(macro["depends_on"]["macros"])]
                self.known[unique_id] = _digest([macro["macro_sql"], calls])
        return self.known[unique_id]

    def _node(self, node: Mapping[str, Any]) -> str:
        settings = {key: value for key, value in node["config"].items() if key not in NOT_CONTENT}
        columns = {name: column.get("data_type") for name, column in node.get("columns", {}).items()}
        upstream = [self.node(parent) for parent in sorted(node["depends_on"]["nodes"])]
        code = node.get("raw_code", "")
        strategy = f"get_incremental_{settings.get('incremental_strategy')}_sql"
        macros = [
            self.macro(macro) for macro in self._named_in(f"{code} {json.dumps(settings, default=str)} {strategy}")
        ]
        return _digest([code, settings, columns, upstream, macros, self._variables(node["name"])])

    def _named_in(self, text: str) -> list[str]:
        """The project's macros that a node's code or settings name.

        The manifest does not say: it lists those that were rendered, and dbt keeps what its last run rendered. A macro
        in a branch for incremental runs comes and goes.
        """
        words = set(re.findall(r"\w+", text))
        prefix = f"macro.{self.manifest['metadata']['project_name']}."
        return sorted(name for name in self.manifest["macros"] if name.removeprefix(prefix) in words)

    def _variables(self, name: str) -> Any:
        if name.startswith("stg_") and "__" in name:
            system, table = name.removeprefix("stg_").split("__", 1)
            return [self.variables.get("sources", {}).get(system, {}).get(table), os.environ.get("KPI_PII_SALT")]
        return [self.variables.get("entities"), self.variables.get("calendar")]


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
