"""Whose data is processed: where a company's declarations and run-time folders lie."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from orchestration.errors import UsageError

REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Company:
    """A company's folders. ``folder`` is None for the one that the project itself describes.

    ``data`` holds everything that runs write. Definitions that the folder has replace those of ``metrics/``.
    """

    folder: Path | None
    data: Path
    as_of_folder: Path | None = None

    @property
    def sources_path(self) -> Path:
        """The sources.yml; paths in it are relative to its folder."""
        return (self.folder or REPOSITORY / "data") / "sources.yml"

    @property
    def staging(self) -> Path:
        """Folder of the dbt staging models."""
        return self.folder / "staging" if self.folder else REPOSITORY / "dbt_project" / "models" / "staging"

    @property
    def kpis(self) -> Path:
        """Folder of the KPI contracts."""
        return self._definition("kpis")

    @property
    def objectives(self) -> Path:
        """Folder of the objectives that KPIs serve."""
        return self._definition("objectives")

    @property
    def check_ins(self) -> Path:
        """Folder of what owners say of key results; those of the sample company are nobody else's."""
        return (self.folder or REPOSITORY / "metrics") / "objectives" / "check_ins"

    @property
    def has_goals(self) -> bool:
        """Whether the objectives were written for these KPIs; else they only name what KPIs may serve."""
        return self._is_own(self.objectives) or not self._is_own(self.kpis)

    @property
    def actions(self) -> Path:
        """Folder of the action plans; those of the sample company are nobody else's."""
        return (self.folder or REPOSITORY / "metrics") / "actions"

    @property
    def semantic(self) -> Path:
        """Folder of the semantic models and metrics."""
        return self._definition("semantic")

    @property
    def calendar(self) -> Path:
        """The calendar.yml."""
        return self._definition("calendar.yml")

    @property
    def alerts(self) -> Path:
        """The alerts.yml: who is told of what."""
        return self._definition("alerts.yml")

    @property
    def has_alerts(self) -> bool:
        """Whether the rules of alerts were written for these KPIs; else they may name others."""
        return self._is_own(self.alerts) or not self._is_own(self.kpis)

    @property
    def kpis_lock(self) -> Path:
        """The approved meaning of every KPI, beside the definitions that it is of; there may be none."""
        home = self.folder if self.folder and self.replaces_definitions else REPOSITORY / "metrics"
        return home / "kpis.lock"

    @property
    def replaces_definitions(self) -> bool:
        """Whether the folder brings KPIs or semantic models of its own, and so generated models of its own."""
        return self._is_own(self.kpis) or self._is_own(self.semantic)

    @property
    def raw(self) -> Path:
        """The landing, shared by every as-of: raw/<system>/<table>/<batch>.parquet."""
        return self.data / "raw"

    @property
    def quarantine(self) -> Path:
        """Rejected rows and files: quarantine/<system>/<table>/*.parquet."""
        return self.data / "quarantine"

    @property
    def deliveries(self) -> Path:
        """The log of the messages that were sent: one for every as-of, since only the published mart is told of."""
        return self.data / "alerts" / "deliveries.sqlite"

    @property
    def digests(self) -> Path:
        """The log of the digests that were sent."""
        return self.deliveries.with_name("digests.sqlite")

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME."""
        return self.data / "dagster"

    @property
    def run_lock(self) -> Path:
        """The lock of a run: one for all runs whatever their as-of, since they share the landing."""
        return self.data / "warehouse" / ".lock"

    @property
    def warehouse(self) -> Path:
        """The database file that a run writes."""
        return self._run_time / "warehouse" / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """Folder of the published mart."""
        return self._run_time / "published"

    @property
    def dbt_project(self) -> Path:
        """The assembled dbt project."""
        return self._run_time / "dbt_project"

    @property
    def _run_time(self) -> Path:
        return self.as_of_folder or self.data

    def with_as_of_folder(self, as_of: datetime) -> Company:
        """The same company with warehouse and mart apart, for a run judged before the published one."""
        stamp = as_of.astimezone(UTC) if as_of.tzinfo else as_of
        return replace(self, as_of_folder=self.data / "as_of" / f"{stamp:%Y%m%dT%H%M%S}")

    def _is_own(self, path: Path) -> bool:
        return self.folder is not None and path.is_relative_to(self.folder)

    def _definition(self, name: str) -> Path:
        own = self.folder / name if self.folder else None
        return own if own and own.exists() else REPOSITORY / "metrics" / name


def load_company(folder: str | Path | None = None) -> Company:
    """Find a company's folders; None is the project's own. KPI_DATA_DIR moves the run-time folders."""
    data = os.environ.get("KPI_DATA_DIR")
    if folder is None:
        return Company(None, Path(data).resolve() if data else REPOSITORY / "data")
    home = Path(folder)
    if not home.is_dir():
        raise UsageError(f"--company {folder}: is not a folder; give one with sources.yml and staging/")
    if not (home / "sources.yml").is_file():
        raise UsageError(f"--company {folder}: has no sources.yml; it declares what is pulled (see data/sources.yml)")
    if not (home / "staging").is_dir():
        raise UsageError(f"--company {folder}: has no staging/; it holds the dbt models that clean each declared table")
    return Company(home.resolve(), Path(data).resolve() if data else home.resolve() / "data")
