"""What the steps of a run share: the run itself, which holds the lock from its first step to its last."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dagster import ConfigurableResource, InitResourceContext, RunsFilter
from pydantic import PrivateAttr

from orchestration import run_lock
from orchestration.company import load_company
from orchestration.jobs import UNFINISHED
from orchestration.mart_run import MartRun
from orchestration.progress import PROGRESS
from orchestration.run_request import request_run
from orchestration.warehouse import utc_now

if TYPE_CHECKING:
    from dagster import DagsterInstance, DagsterRun

PROCESS_TAG = "kpi_mart/process"


class RunResource(ConfigurableResource):
    """A run's options, as the launchpad and `kpi run` set them; ``run`` is the run while it holds the lock."""

    company: str = ""
    as_of: str = ""
    full_refresh: bool = False
    recompute: str = ""
    wait: bool = True
    _run: MartRun = PrivateAttr()

    @property
    def run(self) -> MartRun:
        """The run that these options began."""
        return self._run

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[RunResource]:
        """Wait for the lock, end runs whose process died, and begin."""
        assert context.instance
        assert context.run
        company = load_company(self.company or None)
        run_id = context.run.run_id
        context.instance.add_run_tags(run_id, {PROCESS_TAG: _process(os.getpid())})
        holder = run_lock.Holder(run_id, os.getpid(), f"{utc_now():%Y-%m-%dT%H:%M:%SZ}", str(company.folder or "data"))
        with run_lock.hold(company.run_lock, holder, self.wait, PROGRESS.say):
            end_dead_runs(context.instance, context.run)
            request = request_run(company, self.as_of, self.full_refresh, self.recompute)
            self._run = MartRun(request, run_id)
            try:
                self._run.begin()
                yield self
            finally:
                self._run.close()


def end_dead_runs(instance: DagsterInstance, run: DagsterRun) -> None:
    """Mark runs of this job failed whose process has died, and free the pool slots they hold."""
    for other in instance.get_runs(RunsFilter(job_name=run.job_name, statuses=UNFINISHED)):
        if other.run_id != run.run_id and _is_dead(other.tags.get(PROCESS_TAG)):
            instance.report_run_failed(other, "its process ended without a word")
            instance.event_log_storage.free_concurrency_slots_for_run(other.run_id)


def _process(pid: int) -> str:
    """Name a process so that no later one has the same name: host, pid and, where the system tells, when it began."""
    try:
        began = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        began = ""
    return f"{socket.gethostname()}:{pid}:{began}"


def _is_dead(process: str | None) -> bool:
    if not process:
        return False
    host, pid, _ = process.split(":")
    if host != socket.gethostname():  # the lock is this machine's: a run from elsewhere does not outlive it
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _process(int(pid)) != process
