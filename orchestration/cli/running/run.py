"""`kpi run`: everything from pull to the published mart; `kpi dev`: the same on a schedule, with a UI."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli import terminal
from orchestration.cli.options import CompanyOption


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("run")(run_once)
    app.command("dev")(serve)


def run_once(
    company: CompanyOption = None,
    as_of: Annotated[str, typer.Option(metavar="TIMESTAMP", help="The run's now, ISO 8601, UTC.")] = "",
    full_refresh: Annotated[bool, typer.Option("--full-refresh", help="Build every table whole.")] = False,
    recompute: Annotated[str, typer.Option(metavar="FROM..TO", help="Compute these days again.")] = "",
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Do not wait for a run that is under way; exit 1.")
    ] = False,
) -> None:
    """Pull what is new, rebuild what it touches, and publish the mart.

    Exit 0: a mart was published. 1: none was, and the last one is untouched. 2: a wrong option or declaration.

    Example: kpi run --company path/to/company --as-of 2026-06-30T23:59:59Z
    """
    from orchestration.cli.running.run_job import Options, run_job

    raise typer.Exit(run_job(Options(company, as_of, full_refresh, recompute, not no_wait), terminal.console()))


def serve(
    company: CompanyOption = None,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
) -> None:
    """Open Dagster's UI on 127.0.0.1, with the hourly schedule and the sensor on new files running.

    Example: kpi dev --port 3001
    """
    import os
    import sys

    from orchestration.company import load_company
    from orchestration.instance import dagster_home

    found = load_company(company)
    dagster_home(found)
    if found.folder:
        os.environ["KPI_COMPANY"] = str(found.folder)
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-m",
        "orchestration.definitions",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    os.execv(sys.executable, command)  # noqa: S606
