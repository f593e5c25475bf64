"""One run from pull to publication: what it holds, and the books it keeps in the warehouse."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration import warehouse
from orchestration.company import REPOSITORY, Company
from orchestration.dbt import model_hashes, test_results
from orchestration.dbt.command import DbtCommand
from orchestration.dbt.manifest import built_models, incremental_models
from orchestration.dbt.project import DbtProject, prepare
from orchestration.declarations.sources import Sources, load_sources
from orchestration.publishing.mart_suite_files import load_mart_suites
from orchestration.publishing.private import Private
from orchestration.publishing.promises import gather_promises
from orchestration.publishing.proof import gather_proof
from orchestration.publishing.publish import Publication, publish
from orchestration.publishing.versions import published_as_of, published_change, published_run
from orchestration.run_request import Request

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.pulling.pull import PullResult

ROW_COUNTS = ("rows_in", "rows_landed", "rows_quarantined")


@dataclass
class MartRun:
    """A run that holds the lock."""

    request: Request
    run_id: str
    started_at: datetime = field(default_factory=warehouse.utc_now)
    pulls: list[PullResult] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    opened: bool = False
    _dbt: DbtCommand | None = None

    @property
    def company(self) -> Company:
        """Whose run it is."""
        return self.request.company

    @cached_property
    def sources(self) -> Sources:
        """The declared sources."""
        return load_sources(self.company.sources_path)

    @cached_property
    def project(self) -> DbtProject:
        """The dbt project of this run."""
        return prepare(self.company)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Add the time that the block takes to a step."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = round(self.seconds.get(step, 0.0) + time.perf_counter() - start, 3)

    def begin(self) -> None:
        """Start dbt at once if there will be something to build whatever is pulled."""
        request = self.request
        if request.full_refresh or request.recompute or published_as_of(self.company.published) != request.as_of:
            self.start_dbt()

    def start_dbt(self) -> DbtCommand:
        """Return the run's dbt process, started on the first call: early, so that it imports dbt during the pulls."""
        if self._dbt is None:
            self._dbt = DbtCommand(self.project.folder, self.project.data)
        return self._dbt

    def pull(self, system: str, table: str) -> PullResult:
        """Pull what is new of one table; whatever goes wrong is in the result, and the last good data stays."""
        from expectations.privacy import without_values
        from orchestration.pulling.pull import PullResult, pull_table

        with self.timed("pull"):
            try:
                result = pull_table(self.company, system, table, self.started_at.replace(tzinfo=UTC), self.sources)
            except Exception as error:
                result = PullResult(system, table, failed=without_values(f"{type(error).__name__}: {error}"))
        self.pulls.append(result)
        if result.batches:
            self.start_dbt()
        return result

    def open(self) -> bool:
        """Enter the run in the warehouse and drop tables of another definition; tells whether to build anything."""
        with self.timed("open"), warehouse.connect(self.company.warehouse) as con:
            news = self._enter(con, self.project.fingerprint)
            if not news and not self.request.full_refresh and not self.request.recompute:
                return False
            self._clear_the_way(con)
        return True

    def _enter(self, con: DuckDBPyConnection, fingerprint: str) -> bool:
        counts = [sum(getattr(pull, field) for pull in self.pulls) for field in ROW_COUNTS]
        row = warehouse.OpenedRun(self.run_id, self.started_at, self.request.as_of, fingerprint, *counts)
        revision = _git_revision(REPOSITORY)
        self.opened = True
        warehouse.mark_unfinished(con, published_run(self.company.published))
        return warehouse.open_run(con, row, self.company.raw, _source_rows(self.sources), revision)

    def _clear_the_way(self, con: DuckDBPyConnection) -> None:
        manifest, built = self.project.manifest, warehouse.built_as_of(con)
        # tables that a later as-of filled, in a run that never published, hold rows that do not count yet
        if self.request.full_refresh or (built and built > self.request.as_of):
            con.execute("delete from control.definitions")
        model_hashes.drop_changed(con, manifest, self.hashes)
        consumers = incremental_models(manifest)
        warehouse.prune_changes(con, consumers, published_change(self.company.published))
        if self.request.recompute:
            warehouse.recompute(con, manifest, *self.request.recompute)

    @cached_property
    def hashes(self) -> dict[str, str]:
        """The definition hash of every incremental model."""
        return model_hashes.model_hashes(self.project.manifest, json.loads(self.project.variables))

    def record_built(self, built: list[str], tested: list[test_results.Result], failed: bool) -> None:
        """Remember the definitions of the models that dbt built and what its tests found; a failed run ends here."""
        with warehouse.connect(self.company.warehouse) as con:
            model_hashes.record_built(con, self.hashes, built, self.run_id)
            target = self.project.folder / "target"
            test_results.record_tests(con, self.project.manifest, tested, target, self.run_id)
            if not built_models(self.project.manifest) <= set(built):
                warehouse.mark_partial(con, self.run_id)
            if failed:
                warehouse.finish_run(con, self.run_id, "failed", self.seconds, warehouse.utc_now())

    def publish(self) -> Publication:
        """Publish the warehouse as this run left it.

        Raises:
            PublishError: the mart is not as it should be; the last published one stays.
        """
        if not self.opened:  # asked to publish only what others built
            with warehouse.connect(self.company.warehouse) as con:
                self._enter(con, warehouse.PARTIAL)
        self._finish("published")
        try:
            with self.timed("publish"):
                published = self.company.published
                result = publish(
                    self.company.warehouse,
                    published,
                    self.project.manifest,
                    self.project.semantic_manifest,
                    self.run_id,
                    self.request.as_of,
                    Private(self.sources, (self.company.raw, self.company.quarantine)),
                    load_mart_suites(),
                    proof=gather_proof(self.company, self.sources, self.request.as_of),
                    promises=gather_promises(self.company),
                )
        except BaseException:
            self._finish("failed")
            raise
        self._finish("published")
        return result

    def close(self) -> None:
        """End what the run started."""
        if self._dbt:
            self._dbt.close()

    def _finish(self, status: str) -> None:
        with warehouse.connect(self.company.warehouse) as con:
            warehouse.finish_run(con, self.run_id, status, self.seconds, warehouse.utc_now())


def _source_rows(sources: Sources) -> list[warehouse.SourceRow]:
    return [
        warehouse.SourceRow(
            table.system,
            table.name,
            table.entity,
            table.mode,
            table.freshness.total_seconds() / 3600 if table.freshness else None,
        )
        for table in sources.tables()
    ]


def _git_revision(folder: Path) -> str | None:
    """Return the commit that a folder is at, or None outside a repository."""
    try:
        result = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S607
    except OSError:
        return None
    return result.stdout.strip() or None
