"""The company's Dagster instance: where runs, schedules and asset history are kept."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.company import Company

if TYPE_CHECKING:
    from dagster import DagsterInstance

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
"""
# Database file → the connection that stays open.
_OPEN: dict[str, sqlite3.Connection] = {}


def dagster_home(company: Company) -> Path:
    """Make the company's DAGSTER_HOME, with settings unless somebody wrote their own, and return it."""
    home = company.dagster
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "dagster.yaml").exists():
        (home / "dagster.yaml").write_text(SETTINGS)
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def open_instance(company: Company) -> DagsterInstance:
    """Open the instance that the UI shows too, so that a run from the command line appears there."""
    from dagster import DagsterInstance

    spare_the_disk()
    return DagsterInstance.from_config(str(dagster_home(company)))


def spare_the_disk() -> None:
    """Let SQLite write a run's events without waiting for the disk at each of them.

    Dagster opens and closes a connection per event; each close of the last one folds the write-ahead log into the
    database and waits for the disk, some 30 ms an event. One more connection that stays open and NORMAL durability
    make that the exception; neither a killed process nor a power cut can damage the database (the last events at most
    are missing).
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    if _OPEN:
        return

    def connected(connection: object, _record: object) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        connection.execute("pragma synchronous = normal")
        path = connection.execute("pragma database_list").fetchone()[2]
        if path and path not in _OPEN:
            _OPEN[path] = sqlite3.connect(path, check_same_thread=False)
            _OPEN[path].execute("select count(*) from sqlite_master").fetchone()

    _OPEN[""] = sqlite3.connect(":memory:")
    event.listen(Engine, "connect", connected)
