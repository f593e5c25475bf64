"""dbt's tests as checks: what each found when it last ran, kept in the warehouse."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metrics.steering.checks import Check
from metrics.wording.text import Words
from orchestration.dbt.test_result_words import reason

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# How many of the rows that a failed test returns are shown.
EXAMPLES = 3
_COLUMNS = "name, model, severity, passed, failed_rows, message, reason_en, reason_es, run_id"
_KNOWN = "select name, passed, failed_rows, message, run_id from control.dbt_tests"
_TYPES = ("varchar", "varchar", "varchar", "boolean", "bigint", "varchar", "varchar", "varchar", "varchar")


@dataclass(frozen=True)
class Result:
    """What a test found in one run; ``failed_rows`` is None where dbt does not say."""

    unique_id: str
    passed: bool
    failed_rows: int | None


@dataclass(frozen=True)
class _Found:
    passed: bool
    failed_rows: int | None
    message: str
    run_id: str


def result_of(event: Mapping[str, Any]) -> Result | None:
    """Return the result that an event of dbt's log tells; None for any other event, and for unit tests."""
    unique_id = event["data"].get("node_info", {}).get("unique_id", "")
    if event["info"]["name"] != "LogTestResult" or not unique_id.startswith("test."):
        return None
    return Result(unique_id, event["data"]["status"] == "pass", event["data"].get("num_failures"))


def severity(node: Mapping[str, Any]) -> str:
    """Return whether a failure of a test takes certificates (error) or only tells (warn)."""
    return node["config"]["severity"].lower()


def record_tests(
    con: DuckDBPyConnection, manifest: Mapping[str, Any], results: Iterable[Result], target: Path, run_id: str
) -> None:
    """Keep what the tests found in control.dbt_tests.

    A test that did not run stands as it stood, one that the manifest no longer has is forgotten.

    Args:
        con: the warehouse that dbt built, to ask failed tests for examples.
        manifest: dbt's manifest.json.
        results: of the tests that ran.
        target: dbt's target folder, with the run_results.json of this run.
        run_id: the run.
    """
    found = {name: _Found(*values) for name, *values in con.execute(_KNOWN).fetchall()}
    found |= _found(con, manifest["nodes"], list(results), target, run_id)
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    rows = [_row(manifest, node, found[node["name"]]) for node in tests if node["name"] in found]
    con.execute("begin")
    con.execute("delete from control.dbt_tests")
    values = ", ".join(f"unnest(?::{kind}[])" for kind in _TYPES)
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in _TYPES]
    con.execute(f"insert into control.dbt_tests ({_COLUMNS}) select {values}", columns)
    con.execute("commit")


def dbt_checks(con: DuckDBPyConnection) -> list[Check]:
    """Return every test as it stands, of the warehouse that is attached (or open) as ``warehouse``."""
    query = f"select {_COLUMNS} from warehouse.control.dbt_tests order by model, name"
    return [
        Check(
            object=model,
            name=name,
            kind="dbt",
            severity=kind,
            passed=passed,
            observed=message,
            failed_rows=failed_rows,
            reason=Words(en, es) if kind == "error" else None,
        )
        for name, model, kind, passed, failed_rows, message, en, es, _ in con.execute(query).fetchall()
    ]


def tested_model(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    """Return the model that a test is of, or ``system.table`` for a test of a source.

    A test of its own file that reads several models says which in ``meta.dagster.ref.name``; else it is of the first.
    """
    named = node["config"].get("meta", {}).get("dagster", {}).get("ref", {}).get("name")
    tested = node.get("attached_node") or next(iter(node["depends_on"]["nodes"]), "")
    if named or not tested.startswith("source."):
        return named or tested.rpartition(".")[2] or node["name"]
    source = manifest["sources"][tested]
    return f"{source['source_name']}.{source['name']}"


def _found(
    con: DuckDBPyConnection, nodes: Mapping[str, Any], results: list[Result], target: Path, run_id: str
) -> dict[str, _Found]:
    failed = [result.unique_id for result in results if not result.passed]
    queries = _compiled(target) if failed else {}
    messages = {unique_id: _examples(con, queries.get(unique_id)) for unique_id in failed}
    return {
        nodes[result.unique_id]["name"]: _Found(
            result.passed, result.failed_rows, messages.get(result.unique_id, ""), run_id
        )
        for result in results
        if result.unique_id in nodes
    }


def _compiled(target: Path) -> dict[str, str | None]:
    """Return the SQL of the tests that dbt ran, by unique id."""
    results = json.loads((target / "run_results.json").read_text())["results"]
    return {result["unique_id"]: result.get("compiled_code") for result in results}


def _examples(con: DuckDBPyConnection, query: str | None) -> str:
    """Return the first rows of a failed test in words, such as ``order_id O-12, failed_rows 3``."""
    if not query:
        return ""
    rows = con.execute(f"select * from (\n{query}\n) limit {EXAMPLES}")
    columns = [column[0] for column in rows.description]
    return "; ".join(
        ", ".join(f"{column} {value}" for column, value in zip(columns, row, strict=True)) for row in rows.fetchall()
    )


def _row(manifest: Mapping[str, Any], node: Mapping[str, Any], found: _Found) -> list[Any]:
    model = tested_model(manifest, node)
    words = reason(node, model)
    said = found.message if not found.passed else ""
    return [
        *(node["name"], model, severity(node), found.passed, found.failed_rows, said),
        *(words.en, words.es, found.run_id),
    ]
