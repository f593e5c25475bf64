"""Keeps, run by run, how every raw table stood: what has landed of it and what is quarantined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from orchestration.connectors import NothingThereError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.company import Company
    from orchestration.declarations.sources import Sources
    from orchestration.raw_checks.table_state import TableState

RUNS = 100  # so many of the newest runs are kept


@dataclass(frozen=True)
class SourceHistory:
    """How the raw tables stand: rows of kpi_sources and of kpi_quarantine, without their run."""

    sources: tuple[tuple[Any, ...], ...] = ()
    quarantine: tuple[tuple[Any, ...], ...] = ()


def gather_sources(company: Company, sources: Sources) -> SourceHistory:
    """Read how every raw table stands; one whose files cannot be read is left out, its checks say why."""
    from orchestration.raw_checks.table_state import table_state

    states: list[TableState] = []
    for table in sources.pulled():
        try:
            states.append(table_state(company, sources, table))
        except (ValueError, OSError):
            continue
    told = [(state, list(_quarantined(sources, state))) for state in states]
    return SourceHistory(
        tuple(_source(sources, state, sum(rows for _, _, _, rows, _ in apart)) for state, apart in told),
        tuple(row for _, apart in told for row in apart),
    )


def write_sources(con: DuckDBPyConnection, run_id: str, has_previous: bool, history: SourceHistory) -> None:
    """Fill kpi_sources and kpi_quarantine of the attached ``mart``: this run's rows and those of the runs before.

    Args:
        con: has the new mart attached as ``mart``, with its kpi_runs, and the published one as ``previous``.
        run_id: the run that publishes.
        has_previous: whether a mart was published before.
        history: how the raw tables stand.
    """
    if has_previous:
        for table in ("kpi_sources", "kpi_quarantine"):
            con.execute(
                f"""
                insert into mart.{table} by name
                select * from previous.{table}
                where run_id in (select run_id from mart.kpi_runs order by started_at desc limit {RUNS})
                    and run_id <> ?
                """,
                [run_id],
            )
    if history.sources:
        con.executemany(
            """
            insert into mart.kpi_sources
                (system, table_name, newest_event_at, pulled_at, rows_landed, rows_quarantined, run_id)
            values (?, ?, ?, ?, ?, ?, ?)
            """,
            [[*row, run_id] for row in history.sources],
        )
    if history.quarantine:
        con.executemany(
            "insert into mart.kpi_quarantine (rule, system, table_name, rows, example, run_id) "
            "values (?, ?, ?, ?, ?, ?)",
            [[*row, run_id] for row in history.quarantine],
        )


def _source(sources: Sources, state: TableState, quarantined: int) -> tuple[Any, ...]:
    batches = state.batches
    if state.table.mode == "snapshot":
        batches = [batch for batch in batches if batch.footer.pull == batches[-1].footer.pull]
    pulled = max((batch.footer.pulled_at for batch in state.batches), default=None)
    return (
        state.table.system,
        state.table.name,
        _newest_event(state, ZoneInfo(sources.systems[state.table.system].time_zone)),
        None if pulled is None else datetime.fromisoformat(pulled),
        sum(batch.footer.rows for batch in batches),
        quarantined,
    )


def _newest_event(state: TableState, zone: ZoneInfo) -> datetime | None:
    """The newest event that landed, in UTC; where no suite says which column has it, the newest cursor."""
    footers = [batch.footer for batch in state.batches]
    told = [file.findings.newest for footer in footers for file in footer.files if file.findings.newest]
    told = told or [footer.watermark for footer in footers if footer.watermark]
    try:
        newest = max((datetime.fromisoformat(moment) for moment in told), default=None)
    except ValueError:  # a cursor that is no time
        return None
    return newest.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None) if newest else None


def _quarantined(sources: Sources, state: TableState) -> Iterator[tuple[str, str, str, int, str]]:
    """What is quarantined still: rule, system, table, rows, example."""
    from orchestration.raw_checks.table_state import refused_still

    rows, examples = Counter[str](), dict[str, str]()
    for apart in state.apart:
        rows[apart.rule], examples[apart.rule] = apart.rows, apart.example
    try:
        refused = refused_still(sources, state)
    except (NothingThereError, OSError):
        refused = {}
    for path, batch in sorted(refused.items()):  # a rule of rows may have become one of deliveries
        rule = batch.footer.rule or ""
        rows[rule] += batch.footer.rows_in
        examples[rule] = f"{path}: {batch.footer.reason}"
    for rule, example in sorted(examples.items()):
        yield rule, state.table.system, state.table.name, rows[rule], example
