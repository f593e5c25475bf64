"""The proof of a run's numbers: every check as it stands now, and what each means for the KPIs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from metrics.calendar import Calendar, load_calendar
from metrics.lock import read_lock
from metrics.steering.checks import Check
from metrics.steering.proof.certification import Evidence, certify
from orchestration.dbt.test_results import dbt_checks
from orchestration.publishing.source_history import SourceHistory, gather_sources
from orchestration.raw_checks.source_checks import source_checks

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.company import Company
    from orchestration.declarations.sources import Sources
    from orchestration.publishing.lineage import Lineage

NOTHING_PULLED = SourceHistory()
UNKNOWN_CALENDAR = Calendar("UTC", "monday", 1, date(2000, 1, 1), "EUR")


@dataclass(frozen=True)
class Proof:
    """What is known of a company's data beside its warehouse.

    ``approved`` is KPI → version and hash of its ``kpis.lock``; ``checks`` are those of its raw tables,
    ``sources`` how these stand.
    """

    calendar: Calendar = UNKNOWN_CALENDAR
    approved: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    sources: SourceHistory = NOTHING_PULLED

    def and_checks(self, more: Iterable[Check]) -> Proof:
        """Return it with more checks."""
        return replace(self, checks=(*self.checks, *more))


def gather_proof(company: Company, sources: Sources, as_of: datetime) -> Proof:
    """Read a company's calendar and lock, and check its raw tables; ``as_of`` is naive UTC."""
    lock, now = read_lock(company.kpis_lock), as_of.replace(tzinfo=UTC)
    return Proof(
        load_calendar(company.calendar),
        {name: (locked.version, locked.hash) for name, locked in lock.kpis.items()} if lock else {},
        tuple(check for table in sources.pulled() for check in source_checks(company, sources, table, now)),
        gather_sources(company, sources),
    )


def write_proof(
    con: DuckDBPyConnection, run_id: str, as_of: datetime, lineage: Lineage, has_previous: bool, proof: Proof
) -> None:
    """Certify the KPIs of the attached ``mart``, and keep what every check found.

    Args:
        con: has the new mart attached as ``mart``, its tables copied, the published one as ``previous``, and the
            warehouse.
        run_id: the run that publishes.
        as_of: its now, naive UTC.
        lineage: what is downstream of what.
        has_previous: whether a mart was published before.
        proof: what is known beside the warehouse.
    """
    evidence = Evidence(
        as_of=as_of,
        calendar=proof.calendar,
        approved=proof.approved,
        checks=(*proof.checks, *dbt_checks(con)),
        kpis_of=lineage.kpis_of,
        events={kpi: lineage.events(kpi) for kpi in lineage.kpis},
    )
    certify(con, run_id, evidence, has_previous=has_previous)
