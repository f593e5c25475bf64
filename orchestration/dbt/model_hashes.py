"""What an incremental table was built from, as a hash: a table whose definition changed is dropped and built whole."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from orchestration.dbt.manifest import incremental_models
from orchestration.dbt.manifest import models as all_models
from orchestration.personal_data.salt import salt_fingerprint

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The macro that hashes personal data: what it makes follows from the salt too.
HASHES = "pii"
# Settings that say who may see or run a model, not what is in it.
NOT_CONTENT = {"tags", "docs", "group", "access", "persist_docs", "full_refresh", "event_time"}


def model_hashes(manifest: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, str]:
    """Hash every incremental model: its code and settings, the macros it calls, all that is upstream, and the vars.

    A model whose ``meta.definitions`` fingerprint its parts (the values, by KPI) is hashed without them and without
    what logs its changes to it; each part has a hash of its own, named ``model.part``.

    Args:
        manifest: dbt's ``manifest.json``.
        variables: the dbt vars; staging reads its own table's declaration, everything else entities and calendar.
    """
    hasher = _Hasher(manifest, variables)
    found = incremental_models(manifest)
    hashes = {name: hasher.node(node["unique_id"]) for name, node in found.items()}
    parts = ((name, _definitions(node)) for name, node in found.items())
    return hashes | {f"{name}.{part}": value for name, given in parts for part, value in given.items()}


def drop_changed(con: DuckDBPyConnection, manifest: Mapping[str, Any], hashes: Mapping[str, str]) -> list[str]:
    """Drop every incremental table that was not built from today's definition, and forget what it had seen.

    A changed part of a model is logged as the change ``<model>.definition``, for the model to recompute it. A model
    that is gone is dropped and forgotten too: should it come back, the changes that it missed may have been pruned.

    Returns:
        The names of the models that will be built whole.
    """
    stored = dict(con.execute("select model, hash from control.definitions").fetchall())
    differing = sorted(name for name in {*hashes, *stored} if stored.get(name) != hashes.get(name))
    models = incremental_models(manifest)
    changed = [name for name in differing if name in models]
    con.execute("begin")
    for name in changed:
        _drop(con, models[name])
    _drop_gone(con, manifest, [name for name in stored if name not in hashes and "." not in name])
    for model, _, part in (name.partition(".") for name in differing if "." in name):
        _log(con, f"{model}.definition", "select ? as key", [part])
        con.execute("delete from control.definitions where model = ?", [f"{model}.{part}"])
    con.execute("delete from control.definitions where model not in (select unnest(?::varchar[]))", [list(hashes)])
    con.execute("commit")
    return changed


def record_built(con: DuckDBPyConnection, hashes: Mapping[str, str], built: Iterable[str], run_id: str) -> None:
    """Remember what the ``built`` models were built from, and in which run they were built whole."""
    known = {model for (model,) in con.execute("select model from control.definitions").fetchall()}
    whole = set(built)
    names = [name for name in hashes if name.partition(".")[0] in whole and name not in known]
    rows = [[name, hashes[name], run_id] for name in names]
    if rows:
        con.executemany("insert into control.definitions values (?, ?, ?)", rows)


def _drop(con: DuckDBPyConnection, node: Mapping[str, Any]) -> None:
    name, relation = node["name"], (node["schema"], node["alias"])
    found = con.execute(
        "select table_type from information_schema.tables where table_schema = ? and table_name = ?", relation
    ).fetchone()
    if found:
        table = f'"{relation[0]}"."{relation[1]}"'
        there = {row[0] for row in con.execute(f"describe {table}").fetchall()}
        for column in [logged for logged in node["config"].get("meta", {}).get("logs", []) if logged in there]:
            _log(con, f"{name}.{column}", f"select distinct {column} as key from {table} where {column} is not null")
        con.execute(f"drop {'view' if found[0] == 'VIEW' else 'table'} {table}")
    con.execute("delete from control.staged where model = ?", [name])
    con.execute("delete from control.offsets where consumer = ?", [name])
    con.execute("delete from control.definitions where model = ?", [name])


def _drop_gone(con: DuckDBPyConnection, manifest: Mapping[str, Any], gone: Iterable[str]) -> None:
    """Drop the tables of models that there are no more, which nobody would bring up to date."""
    there = all_models(manifest)
    schemas = {node["schema"] for node in there.values()}
    found = con.execute(
        "select schema_name, table_name from duckdb_tables() where table_name in (select unnest(?::varchar[]))",
        [[name for name in gone if name not in there]],
    ).fetchall()
    for schema, table in found:
        if schema in schemas:
            con.execute(f'drop table "{schema}"."{table}"')


def _log(con: DuckDBPyConnection, topic: str, keys: str, parameters: Iterable[str] = ()) -> None:
    """Log keys (a query with one column of that name) as changed, for those who read them."""
    insert = f"insert into control.changes select '{topic}', key::varchar, nextval('control.change_seq') from ({keys})"
    con.execute(insert, list(parameters))


def _definitions(node: Mapping[str, Any]) -> Mapping[str, str]:
    """Part → fingerprint of a model whose parts are kept apart; none for other models."""
    return node["config"].get("meta", {}).get("definitions", {})


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
                salt = [salt_fingerprint()] if unique_id.rpartition(".")[2] == HASHES else []
                self.known[unique_id] = _digest([macro["macro_sql"], calls, *salt])
        return self.known[unique_id]

    def _node(self, node: Mapping[str, Any]) -> str:
        settings = {key: value for key, value in node["config"].items() if key not in NOT_CONTENT}
        columns = {name: column.get("data_type") for name, column in node.get("columns", {}).items()}
        parents = sorted(node["depends_on"]["nodes"])
        code = node.get("raw_code", "")
        if _definitions(node):
            meta = {key: value for key, value in settings["meta"].items() if key != "definitions"}
            settings, code = settings | {"meta": meta}, ""
            parents = [parent for parent in parents if not self._logs(parent)]
        upstream = [self.node(parent) for parent in parents]
        strategy = f"get_incremental_{settings.get('incremental_strategy')}_sql"
        macros = [
            self.macro(macro) for macro in self._named_in(f"{code} {json.dumps(settings, default=str)} {strategy}")
        ]
        return _digest([code, settings, columns, upstream, macros, self._variables(node["name"])])

    def _logs(self, unique_id: str) -> bool:
        """True for a model that says what changed, so that its readers need not start anew with it."""
        node = self.manifest["nodes"].get(unique_id)
        return bool(node and node["config"].get("meta", {}).get("logs"))

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
            return [self.variables.get("sources", {}).get(system, {}).get(table)]
        return [self.variables.get("entities"), self.variables.get("calendar")]


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
