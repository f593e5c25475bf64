"""The company's Dagster instance: where runs, schedules and asset history are kept."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.company import Company

if TYPE_CHECKING:
    from dagster import DagsterInstance

OURS = "# Written by `kpi`, and renewed by it as long as this line is here.\n"
# Writers of the warehouse take turns; nothing is reported to anybody; step output goes to the run's log.
SETTINGS = """\
telemetry:
  enabled: false
concurrency:
  pools:
    default_limit: 1
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
event_log_storage:
  module: orchestration.event_log
  class: EventLog
  config:
    base_dir: {events}
"""


def dagster_home(company: Company) -> Path:
    """Make the company's DAGSTER_HOME, with settings unless somebody wrote their own, and return it."""
    home = company.dagster
    home.mkdir(parents=True, exist_ok=True)
    file, settings = home / "dagster.yaml", OURS + SETTINGS.format(events=json.dumps(str(home / "history" / "runs")))
    if not file.exists() or (file.read_text().startswith(OURS) and file.read_text() != settings):
        file.write_text(settings)
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def open_instance(company: Company) -> DagsterInstance:
    """Open the instance that the UI shows too, so that a run from the command line appears there."""
    from dagster import DagsterInstance

    return DagsterInstance.from_config(str(dagster_home(company)))
