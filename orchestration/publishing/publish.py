"""Publish one run: mart, Parquet and the files of the facts, as one version that appears all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.suite import Suite
from metrics.steering.steer import Promises, steer
from orchestration.publishing import versions
from orchestration.publishing.contract import mart_tables
from orchestration.publishing.dashboard import write_dashboard
from orchestration.publishing.facts import FactTable, build_views, fact_tables, listed_paths, write_facts
from orchestration.publishing.history import write_history
from orchestration.publishing.judged_before import judge_unless_judged
from orchestration.publishing.lineage import Lineage, write_lineage
from orchestration.publishing.mart import (
    Description,
    copy_tables,
    descriptions_of,
    new_mart,
    row_counts,
    text,
    write_parquet,
)
from orchestration.publishing.mart_suites import check_mart, keep_checks
from orchestration.publishing.private import Private
from orchestration.publishing.proof import UNKNOWN_CALENDAR, Proof, write_proof
from orchestration.publishing.source_history import write_sources
from orchestration.publishing.verify import verify_mart, verify_views
from orchestration.publishing.versions import MART
from orchestration.publishing.views import MartView, create_views, mart_views

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NOTHING_PRIVATE = Private()
NOTHING_PROVEN = Proof()
NOTHING_PROMISED = Promises(UNKNOWN_CALENDAR)


@dataclass(frozen=True)
class Publication:
    """What a run published: ``rows`` per mart table, ``rewritten`` fact files, and why there is no new dashboard."""

    version: Path
    rows: Mapping[str, int]
    rewritten: int
    no_dashboard: str | None


@dataclass(frozen=True)
class _Edition:
    """The version that a run makes, in a ``folder`` of its own until it is shown; ``before`` is the one shown now."""

    published: Path
    folder: Path
    before: Path | None
    manifest: Mapping[str, Any]
    run_id: str
    as_of: datetime

    @property
    def has_previous(self) -> bool:
        return self.before is not None

    @cached_property
    def files_before(self) -> Mapping[str, Any]:
        return versions.read_files(self.before)

    @cached_property
    def views(self) -> tuple[MartView, ...]:
        return mart_views(self.manifest)

    @cached_property
    def descriptions(self) -> Mapping[str, Description]:
        return descriptions_of(self.manifest)

    @property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """Every table and view of the mart with its key."""
        return {relation.name: relation.key for relation in (*mart_tables(), *self.views)}


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
    before = versions.current_version(published)
    new = _Edition(published, versions.begin(published, run_id), before, manifest, run_id, as_of)
    with versions.forgotten_on_failure(new.folder), _warehouse(warehouse) as con:
        private.collect(con)
        clean = private.refuse_leaks(con, "warehouse")
        files = _write_facts(con, new)
        with new_mart(con, new.folder / MART), _previous_mart(con, before):
            _fill(con, new, files, Lineage(manifest, private.sources), proof.and_checks(clean))
            steer(con, run_id, as_of, promises, new.has_previous)
            _check(con, new, suites or {})
            keep_checks(con, run_id, private.refuse_leaks(con, "mart"))
            rows = row_counts(con, new.keys)
        write_parquet(con, new.folder / MART, new.folder / "parquet", new.keys)
    about = {"run_id": run_id, "as_of": as_of.isoformat(), "mart": rows, "keys": new.keys}
    versions.write_files(new.folder, {**files, **about})
    (new.folder / versions.SEMANTIC_MANIFEST).write_text(semantic_manifest)
    verify_mart(new.folder / MART, mart_tables(), new.views, rows)
    verify_views(new.folder / versions.WAREHOUSE, files["fact_rows"])
    no_dashboard = write_dashboard(new.folder, before, promises.calendar.time_zone)
    version = versions.show(published, new.folder, run_id)
    versions.prune(published)
    return Publication(version, rows, _rewritten(files, run_id), no_dashboard)


@contextmanager
def _warehouse(file: Path) -> Iterator[DuckDBPyConnection]:
    """Open a connection of its own with the warehouse attached as ``warehouse``, for reading."""
    import duckdb

    with duckdb.connect() as con:
        con.execute(f"attach {text(file)} as warehouse (read_only)")
        yield con


@contextmanager
def _previous_mart(con: DuckDBPyConnection, version: Path | None) -> Iterator[None]:
    """Attach the published mart as ``previous``, if there is one."""
    if version is None:
        yield
        return
    con.execute(f"attach {text(version / MART)} as previous (read_only)")
    yield
    con.execute("detach previous")


def _write_facts(con: DuckDBPyConnection, new: _Edition) -> dict[str, Any]:
    """Write the facts that changed and the views over all of them; returns what files.json says of them."""
    definitions = dict(con.execute("select model, hash || ' ' || run_id from warehouse.control.definitions").fetchall())
    tables = fact_tables(new.manifest, definitions)
    listed = write_facts(con, tables, new.published, new.run_id, new.files_before)
    build_views(con, new.folder / versions.WAREHOUSE, new.published, listed, new.descriptions)
    return {"change_seq": _newest_change(con), "tables": listed, "fact_rows": _fact_rows(con, tables)}


def _fill(con: DuckDBPyConnection, new: _Edition, files: Mapping[str, Any], lineage: Lineage, proof: Proof) -> None:
    """Fill the attached ``mart``: with what the warehouse holds, what proves it, and what was published before."""
    copy_tables(con, mart_tables(), new.descriptions)
    create_views(con, new.views, new.descriptions)
    write_lineage(con, lineage)
    write_proof(con, new.run_id, new.as_of, lineage, new.has_previous, proof)
    write_sources(con, new.run_id, new.has_previous, proof.sources)
    facts = (new.files_before.get("tables", {}), files["tables"])
    write_history(con, new.run_id, new.manifest, new.published, new.has_previous, facts)


def _check(con: DuckDBPyConnection, new: _Edition, suites: Mapping[str, Suite]) -> None:
    """Judge the attached ``mart`` by its suites, if there are any."""
    if suites:
        judging = partial(judge_unless_judged, before=new.before, folder=new.folder)
        check_mart(con, new.run_id, new.as_of, suites, judging)


def _rewritten(files: Mapping[str, Any], run_id: str) -> int:
    """Count the fact files that a run wrote."""
    return sum(run_id in path for path in listed_paths(files["tables"]))


def _fact_rows(con: DuckDBPyConnection, tables: list[FactTable]) -> dict[str, int]:
    return {
        table.name: con.execute(f"select count(*) from {table.relation}").fetchone()[0]  # type: ignore[index]
        for table in tables
    }


def _newest_change(con: DuckDBPyConnection) -> int:
    newest = "(select max(seq) from warehouse.control.{})"
    query = f"select greatest({newest.format('changes')}, {newest.format('offsets')}, 0)"
    return con.execute(query).fetchone()[0]  # type: ignore[index]
