"""Runs the job in this process, on the instance that the UI shows, and says how it went."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import run_lock
from orchestration.cli.mart_reader import mart_file
from orchestration.cli.steering.progress_bars import print_objectives
from orchestration.cli.steering.scorecard import print_scorecard
from orchestration.company import Company, load_company
from orchestration.dbt.project import prepare
from orchestration.progress import PROGRESS
from orchestration.publishing.promises import check_promises
from orchestration.publishing.versions import DASHBOARD, published_run
from orchestration.run_request import request_run

if TYPE_CHECKING:
    from dagster import AssetCheckEvaluation, ExecuteInProcessResult
    from rich.console import Console


KINDS = ("not delivered", "error", "set apart", "warning")


@dataclass(frozen=True)
class Options:
    """What `kpi run` was asked for."""

    company: Path | None
    as_of: str
    full_refresh: bool
    recompute: str
    wait: bool


def run_job(options: Options, console: Console) -> int:
    """Run, and return the exit code.

    Raises:
        UsageError: an option or sources.yml is wrong.
        BuildError: a definition is wrong.
    """
    start = time.perf_counter()
    company = load_company(options.company)
    request = request_run(company, options.as_of, options.full_refresh, options.recompute)
    with console.status("reading definitions"):
        check_promises(company)
        prepare(company)
    if not options.wait and (holder := _holder(company)):
        console.print(f"{holder} is under way; run again when it has ended, or without --no-wait")
        return 1
    result, log = _execute(options, company, console)
    for problem in _problems(result):
        console.print(problem, soft_wrap=True)
    if not result.success:
        console.print(f"error: {_reason(result)}", soft_wrap=True)
        if published_run(request.company.published) != result.run_id:
            console.print(f"nothing was published; the last published mart is untouched; log: {log}", soft_wrap=True)
            return 1
        console.print(f"the mart was published; only a step after that failed; log: {log}", soft_wrap=True)
    _print_outcome(request.company, console, time.perf_counter() - start)
    console.print(_said_of_dashboard(result, request.company), soft_wrap=True)
    for step, said in _said_after_publishing(result):
        console.print(f"{step}: {said}", soft_wrap=True)
    return 0


def _holder(company: Company) -> run_lock.Holder | None:
    return run_lock.read_holder(company.run_lock) if run_lock.is_held(company.run_lock) else None


def _execute(options: Options, company: Company, console: Console) -> tuple[ExecuteInProcessResult, Path]:
    with console.status("starting"):
        warnings.simplefilter("ignore")
        from dagster._core.utils import make_new_run_id

        from orchestration.graph import build_definitions
        from orchestration.instance import open_instance
        from orchestration.jobs import JOB

        run_id = make_new_run_id()
        log = company.data / "logs" / f"{run_id}.log"
        job = build_definitions(company, {"console": _file_logger(log)}).resolve_job_def(JOB)
        instance = open_instance(company)
    config = {
        "company": str(company.folder or ""),
        "as_of": options.as_of,
        "full_refresh": options.full_refresh,
        "recompute": options.recompute,
        "wait": options.wait,
    }
    with instance, _progress(console, len(job.asset_layer.executable_asset_keys)):
        result = job.execute_in_process(
            run_config={"resources": {"kpi_run": {"config": config}}, "loggers": {"console": {}}},
            instance=instance,
            run_id=run_id,
            raise_on_error=False,
        )
    return result, log


def _file_logger(path: Path) -> Any:
    """Return a Dagster logger that keeps a run's log in a file instead of on the terminal."""
    from dagster import LoggerDefinition

    def make(context: Any) -> logging.Logger:
        path.parent.mkdir(parents=True, exist_ok=True)
        logger = logging.Logger(f"kpi_mart.{path.stem}", logging.DEBUG)
        handler = logging.FileHandler(path)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        return logger

    return LoggerDefinition(make)


@contextmanager
def _progress(console: Console, total: int) -> Iterator[None]:
    """Show how many of the assets are done: a bar on a terminal, a line every few seconds elsewhere."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = [BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}")]
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task("", total=total)
    lines = _Lines(console, total)

    def done(asset: str) -> None:
        bar.update(task, advance=1, description=asset[:50])
        lines.done(asset)

    PROGRESS.on_done, PROGRESS.on_message = [done], [console.print]
    try:
        with bar:
            yield
    finally:
        PROGRESS.on_done, PROGRESS.on_message = [], []


class _Lines:
    """Plain lines of progress where there is no terminal, a few a run."""

    def __init__(self, console: Console, total: int) -> None:
        self.console = console
        self.total = total
        self.count = 0
        self.last = time.monotonic()

    def done(self, asset: str) -> None:
        self.count += 1
        if self.console.is_terminal or (time.monotonic() - self.last < 5 and self.count < self.total):
            return
        self.last = time.monotonic()
        self.console.print(f"{self.count} of {self.total}: {asset}")


def _problems(result: ExecuteInProcessResult) -> list[str]:
    """Say what is wrong with the raw tables, the worst first: a line per check, whichever tables fail it."""
    failed: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for check in result.get_asset_check_evaluations():
        if check.asset_key.path[0] == "raw" and not check.passed and "observed" in check.metadata:
            table = ".".join(check.asset_key.path[1:])
            failed.setdefault((_what(check), check.check_name), []).append((table, check.description or ""))
    return [
        _problem(what, name, told) for (what, name), told in sorted(failed.items(), key=lambda f: KINDS.index(f[0][0]))
    ]


def _said_of_dashboard(result: ExecuteInProcessResult, company: Company) -> str:
    """Return where the dashboard opens, or why it was not built anew."""
    checks = (check for check in result.get_asset_check_evaluations() if check.check_name == DASHBOARD)
    problem = next((check.description for check in checks if not check.passed), None)
    return problem or f"dashboard: {company.published / DASHBOARD / 'index.html'}"


def _said_after_publishing(result: ExecuteInProcessResult) -> list[tuple[str, str]]:
    """Return what the steps after the published mart said, each with its name; not those that had nothing to do."""
    events = (event.step_materialization_data for event in result.all_events if event.is_step_materialization)
    found = {one.materialization.asset_key.path[0]: one.materialization.metadata for one in events}
    return [(step, said) for step in ("alerts", "postgres") if step in found and (said := found[step]["said"].value)]


def _what(check: AssetCheckEvaluation) -> str:
    if check.check_name == "delivered":
        return "not delivered"
    if check.severity.value == "ERROR":
        return "error"
    return "set apart" if "failed_rows" in check.metadata else "warning"


def _problem(what: str, name: str, told: list[tuple[str, str]]) -> str:
    if what == "not delivered":
        return "\n".join(f"{what}: {table}: {why}" for table, why in told)
    if len(told) == 1:
        return f"{what}: {told[0][0]}: {name}: {told[0][1]}"
    return f"{what}: {name}: {', '.join(table for table, _ in told)}"


def _reason(result: ExecuteInProcessResult) -> str:
    """Return the message of the first step that failed, as its author wrote it."""
    for event in result.all_events:
        if event.is_step_failure:
            failure = event.step_failure_data
            if failure.user_failure_data and failure.user_failure_data.description:
                return failure.user_failure_data.description
            return _root(failure.error)
    for event in result.all_events:
        if event.is_failure and getattr(event.event_specific_data, "error", None):
            return _root(event.event_specific_data.error)
    return "the run failed without a message"


def _root(error: Any) -> str:
    while error and error.cause:
        error = error.cause
    return error.message.strip() if error else "the step failed without a message"


def _print_outcome(company: Company, console: Console, seconds: float) -> None:
    import duckdb

    file = mart_file(company)
    with duckdb.connect(str(file), read_only=True) as con:
        print_scorecard(con, console)
        print_objectives(con, console)
    console.print(f"published in {seconds:.1f} s: {file}", soft_wrap=True)
    if company.as_of_folder:
        console.print("beside the published mart, which is as of a later time and stays as it is", soft_wrap=True)
