"""Pulls what is new of a declared table into the landing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from orchestration.company import Company
from orchestration.declarations.sources import Sources, Table, load_sources


@dataclass(frozen=True)
class PullResult:
    """What one pull of one table did.

    ``rows_in`` = ``rows_landed`` + ``rows_quarantined``. ``rejected`` are the deliveries that were refused whole, now
    or earlier and still unchanged at the source, each with its reason. ``set_apart`` are the deliveries that landed
    without some of their rows, each with how many and why the first. ``failed`` says why nothing could be pulled; the
    last good data stays either way.
    """

    system: str
    table: str
    rows_in: int = 0
    rows_landed: int = 0
    rows_quarantined: int = 0
    batches: tuple[str, ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()
    set_apart: tuple[tuple[str, str], ...] = ()
    failed: str | None = None
    new_files: int = 0


def pull_table(
    company: Company,
    system: str,
    table: str,
    now: datetime | None = None,
    sources: Sources | None = None,
    *,
    again: bool = False,
) -> PullResult:
    """Land everything new of one table; ``now`` (UTC, default the clock) names the pull.

    ``again`` tries deliveries that were refused, also where nothing has changed since.
    """
    from expectations.privacy import without_values
    from expectations.suite import SuiteError
    from orchestration.connectors import NothingThereError
    from orchestration.pulling import failures
    from orchestration.pulling.table_pull import TablePull

    sources = sources or load_sources(company.sources_path)
    declared = sources.table(system, table)
    try:
        result = TablePull(company, sources, declared, now or datetime.now(UTC), again=again).run()
    except (NothingThereError, OSError, SuiteError) as error:
        failures.record(company, declared, str(error))
        return PullResult(system, table, failed=str(error))
    except Exception as error:
        failures.record(company, declared, without_values(f"{type(error).__name__}: {error}"))
        raise
    failures.clear(company, declared)
    return result


def pending(company: Company) -> list[tuple[str, str]]:
    """The (system, table) pairs that a pull would find something new for; opens no file that looks unchanged."""
    sources = load_sources(company.sources_path)
    return [(t.system, t.name) for t in sources.pulled() if _is_pending(company, sources, t)]


def _is_pending(company: Company, sources: Sources, table: Table) -> bool:
    from orchestration.connectors import NothingThereError, connector
    from orchestration.pulling import landing
    from orchestration.pulling.judging import judged

    table, _ = judged(company, sources, table)
    seen = landing.seen(landing.batches(company.raw, table), landing.batches(company.quarantine, table), table)
    try:
        return bool(connector(sources.systems[table.system].connector).pending(table, sources.path.parent, seen))
    except (NothingThereError, OSError):
        return False
