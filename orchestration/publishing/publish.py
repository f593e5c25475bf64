"""Publish one run: mart, Parquet and the files of the facts, as one version that appears all at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.suite import Suite
from metrics.steering.steer import Promises, steer
from orchestration.publishing import versions
from orchestration.publishing.contract import mart_tables
from orchestration.publishing.facts import FactTable, build_views, fact_tables, write_facts
from orchestration.publishing.history import write_history
from orchestration.publishing.judged_before import judge_unless_judged
from orchestration.publishing.lineage import Lineage, write_lineage
from orchestration.publishing.mart import copy_tables, descriptions_of, new_mart, row_counts, text, write_parquet
from orchestration.publishing.mart_suites import check_mart, keep_checks
from orchestration.publishing.private import Private
from orchestration.publishing.proof import UNKNOWN_CALENDAR, Proof, write_proof
from orchestration.publishing.source_history import write_sources
from orchestration.publishing.verify import verify_mart, verify_views
from orchestration.publishing.views import MartView, create_views, mart_views

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MART = "kpi_mart.duckdb"
NOTHING_PRIVATE = Private()
NOTHING_PROVEN = Proof()
NOTHING_PROMISED = Promises(UNKNOWN_CALENDAR)


@dataclass(frozen=True)
class Publication:
    """What a run published: ``rows`` per mart table, ``rewritten`` fact files."""

    version: Path
    rows: Mapping[str, int]
    rewritten: int


def publish(
    warehouse: Path,
    published: Path,
    manifest: Mapping[str, Any],
    semantic_manifest: str,
    run_id: str,
    as_of: datetime,
    private: Private = NOTHING_PRIVATE,
    suites: Mapping[str, Suite] | None = None,
    proof: Proof = NOTHING_PROVEN,
    promises: Promises = NOTHING_PROMISED,
) -> Publication:
    """Publish the warehouse's marts as a new version and show it; whatever fails, the old version stays.

    ``manifest`` is what dbt wrote of the models, ``semantic_manifest`` the text that it wrote of their metrics: it goes
    beside the facts, so that questions about them are answered by the definitions of this run. ``private`` says what
    must not be published, ``suites`` what the mart's tables must look like, ``proof`` what certifies its KPIs,
    ``promises`` what their values are judged by.

    Raises:
        PublishError: the new version is not as mart_contract.yml, its suites or the warehouse say, or holds personal
            data.
    """
    import duckdb

    version_before = versions.current_version(published)
    has_previous = version_before is not None
    previous = versions.read_files(version_before)
    folder = versions.begin(published, run_id)
    views = mart_views(manifest)
    with versions.forgotten_on_failure(folder), duckdb.connect() as con:
        con.execute(f"attach {text(warehouse)} as warehouse (read_only)")
        clean = private.refuse_leaks(con, "warehouse")
        files = _facts(con, published, folder, manifest, run_id, previous)
        facts = (previous.get("tables", {}), files["tables"])
        with new_mart(con, folder / MART), _previous_mart(con, version_before):
            copy_tables(con, mart_tables(), descriptions_of(manifest))
            create_views(con, views, descriptions_of(manifest))
            lineage = Lineage(manifest, private.sources)
            write_lineage(con, lineage)
            proof = replace(proof, checks=(*proof.checks, *clean))
            write_proof(con, run_id, as_of, lineage, has_previous, proof)
            write_sources(con, run_id, has_previous, proof.sources)
            write_history(con, run_id, manifest, published, has_previous, facts)
            steer(con, run_id, as_of, promises, has_previous)
            if suites:
                judging = partial(judge_unless_judged, before=version_before, folder=folder)
                check_mart(con, run_id, as_of, suites, judging)
            keep_checks(con, run_id, private.refuse_leaks(con, "mart"))
            rows = row_counts(con, _keys(views))
        write_parquet(con, folder / MART, folder / "parquet", _keys(views))
        files |= {"run_id": run_id, "as_of": as_of.isoformat(), "mart": rows}
    (folder / "files.json").write_text(json.dumps(files, indent=1))
    (folder / versions.SEMANTIC_MANIFEST).write_text(semantic_manifest)
    verify_mart(folder / MART, mart_tables(), views, rows)
    verify_views(folder / "warehouse.duckdb", files["fact_rows"])
    version = versions.show(published, folder, run_id)
    versions.prune(published)
    rewritten = sum(run_id in part["path"] for entry in files["tables"].values() for part in entry["files"].values())
    return Publication(version, rows, rewritten)


@contextmanager
def _previous_mart(con: DuckDBPyConnection, version: Path | None) -> Iterator[None]:
    """Attach the published mart as ``previous``, if there is one."""
    if version is None:
        yield
        return
    con.execute(f"attach {text(version / MART)} as previous (read_only)")
    yield
    con.execute("detach previous")


def published_as_of(published: Path) -> datetime | None:
    """Return the as-of of the published mart, None before the first."""
    as_of = versions.read_files(versions.current_version(published)).get("as_of")
    return datetime.fromisoformat(as_of) if as_of else None


def published_run(published: Path) -> str | None:
    """Return the run whose mart is published, None before the first."""
    return versions.read_files(versions.current_version(published)).get("run_id")


def published_change(published: Path) -> int:
    """Return the newest change number that the published facts contain, 0 before the first."""
    return versions.read_files(versions.current_version(published)).get("change_seq", 0)


def _keys(views: tuple[MartView, ...]) -> dict[str, tuple[str, ...]]:
    """Return every table and view of the mart with its key."""
    return {relation.name: relation.key for relation in (*mart_tables(), *views)}


def _facts(
    con: DuckDBPyConnection,
    published: Path,
    folder: Path,
    manifest: Mapping[str, Any],
    run_id: str,
    previous: Mapping[str, Any],
) -> dict[str, Any]:
    definitions = dict(con.execute("select model, hash || ' ' || run_id from warehouse.control.definitions").fetchall())
    tables = fact_tables(manifest, definitions)
    listed = write_facts(con, tables, published, run_id, previous)
    build_views(con, folder / "warehouse.duckdb", published, listed, descriptions_of(manifest))
    return {"change_seq": _newest_change(con), "tables": listed, "fact_rows": _fact_rows(con, tables)}


def _fact_rows(con: DuckDBPyConnection, tables: list[FactTable]) -> dict[str, int]:
    return {
        table.name: con.execute(f"select count(*) from {table.relation}").fetchone()[0]  # type: ignore[index]
        for table in tables
    }


def _newest_change(con: DuckDBPyConnection) -> int:
    newest = "(select max(seq) from warehouse.control.{})"
    query = f"select greatest({newest.format('changes')}, {newest.format('offsets')}, 0)"
    return con.execute(query).fetchone()[0]  # type: ignore[index]
