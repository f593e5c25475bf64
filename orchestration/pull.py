"""Pulls what is new of a declared table into the landing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from expectations.privacy import tells_nobody
from orchestration.company import Company
from orchestration.sources import Sources, Table, load_sources

if TYPE_CHECKING:
    import pyarrow as pa

    from orchestration.batches import Part, Taken
    from orchestration.connectors import Delivery
    from orchestration.inspection import Accepted, Inspection

FEW_ROWS = 20  # so many bad rows never reject a delivery, however small it is


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
    from expectations.suite import SuiteError
    from orchestration import failures
    from orchestration.connectors import NothingThereError

    sources = sources or load_sources(company.sources_path)
    declared = sources.table(system, table)
    try:
        result = _Pull(company, sources, declared, now or datetime.now(UTC), again=again).run()
    except (NothingThereError, OSError, SuiteError) as error:
        failures.record(company, declared, str(error))
        return PullResult(system, table, failed=str(error))
    except Exception as error:
        failures.record(company, declared, f"{type(error).__name__}: {error}")
        raise
    failures.clear(company, declared)
    return result


def pending(company: Company) -> list[tuple[str, str]]:
    """The (system, table) pairs that a pull would find something new for; opens no file that looks unchanged."""
    sources = load_sources(company.sources_path)
    return [(t.system, t.name) for t in sources.pulled() if _is_pending(company, sources, t)]


def _is_pending(company: Company, sources: Sources, table: Table) -> bool:
    from orchestration import landing
    from orchestration.connectors import NothingThereError, connector
    from orchestration.judging import judged

    table, _ = judged(company, sources, table)
    seen = landing.seen(landing.batches(company.raw, table), landing.batches(company.quarantine, table), table)
    try:
        return bool(connector(sources.systems[table.system].connector).pending(table, sources.path.parent, seen))
    except (NothingThereError, OSError):
        return False


class _Pull:
    def __init__(self, company: Company, sources: Sources, table: Table, now: datetime, *, again: bool) -> None:
        from orchestration import landing
        from orchestration.batches import BatchWriter
        from orchestration.connectors import Seen, connector
        from orchestration.inspection import latest_moment
        from orchestration.judging import judged
        from orchestration.row_rules import RowRules
        from orchestration.spool import Spool

        table, self.suite = judged(company, sources, table)
        place = landing.folder(company.raw, table)
        landing.clear_leftovers(place)
        landing.clear_leftovers(landing.folder(company.quarantine, table))
        self.landed = landing.batches(company.raw, table)
        refused = landing.clear_orphans(landing.batches(company.quarantine, table), self.landed)
        system = sources.systems[table.system]
        self.table, self.home, self.raw, self.place = table, sources.path.parent, company.raw, place
        self.rules = RowRules(table, self.suite, system.time_zone, latest_moment(sources, system.time_zone, now))
        self.connector = connector(system.connector)
        self.seen = landing.seen(self.landed, refused, table)
        if again:
            self.seen = Seen(self.seen.landed)
        refusals = landing.refusals(self.landed, refused, table)
        self.reasons = {path: batch.footer.reason or "" for path, batch in refusals.items()}
        self.writer = BatchWriter(company.raw, company.quarantine, table, landing.next_pull(now, self.landed))
        self.spool = Spool(place / ".spool.tmp")
        self.rejected: list[tuple[str, str]] = []
        self.set_apart: list[tuple[str, str]] = []
        self.refused_rows = 0

    def run(self) -> PullResult:
        from expectations.split import declared_schema
        from orchestration.landing import write_schema

        write_schema(self.raw, self.table, declared_schema(self.table.columns))
        outstanding = self.connector.rejected(self.table, self.home, self.seen)
        self.rejected = [(path, self.reasons[path]) for path in outstanding]
        new_files = self._snapshot() if self.table.mode == "snapshot" else self._new()
        self.writer.cut()
        self.spool.clear()
        return self._result(new_files)

    def _new(self) -> int:
        new = 0
        for delivery in self._deliveries():
            new += 1
            if (taken := self._accept(delivery)) is not None:
                self.writer.land([taken])
                self.spool.clear()
        return new

    def _snapshot(self) -> int:
        """A snapshot lands whole or not at all: part of it would look like deletions."""
        taken = [self._accept(delivery) for delivery in self._deliveries()]
        accepted = [one for one in taken if one is not None]
        if taken and len(accepted) == len(taken):
            self.writer.land(accepted)
        return len(taken)

    def _deliveries(self) -> Iterator[Delivery]:
        return self.connector.deliveries(self.table, self.home, self.seen)

    def _accept(self, delivery: Delivery) -> Taken | None:
        """The delivery's rows, divided, and what is found; or None after it was refused and recorded."""
        from orchestration.connectors import UnreadableError

        self._parts: list[Part] = []
        try:
            with self._inspection() as inspection:
                found = self._divide(delivery, inspection)
                return self._judge(delivery, found, inspection)
        except UnreadableError as error:
            return self._refuse(delivery, 0, "unreadable", str(error))

    def _divide(self, delivery: Delivery, inspection: Inspection | None) -> set[str]:
        """Read the delivery into parts; the names of its columns."""
        from orchestration.batches import Part

        first, found = delivery.first_row, set[str]()
        for chunk in delivery.chunks():
            divided = self.rules.divide(chunk)
            if inspection:
                inspection.add(divided.kept)
            rejected = _placed(divided.rejected, delivery.origin.path, first)
            self._parts.append(Part(first, chunk.num_rows, self.spool.hold(divided.kept), self.spool.hold(rejected)))
            found |= set(chunk.column_names)
            first += chunk.num_rows
        return found

    def _judge(self, delivery: Delivery, found: set[str], inspection: Inspection | None) -> Taken | None:
        from orchestration.batches import Taken
        from orchestration.connectors import Findings
        from orchestration.inspection import BlockedError

        parts, rows = self._parts, sum(part.rows for part in self._parts)
        if reason := self._missing_columns(delivery, found):
            return self._refuse(delivery, rows, "missing_column", reason)
        bad = sum(part.rejected.num_rows for part in parts)
        if not delivery.resumed and bad > max(FEW_ROWS, self.table.max_rejected * rows):
            return self._refuse(delivery, rows, "too_many_rejected", self._too_many(parts, bad, rows), parts)
        try:
            findings = inspection.judge(was_accepted=delivery.resumed) if inspection else Findings()
        except BlockedError as blocked:
            return self._refuse(delivery, rows, blocked.rule, str(blocked), parts)
        if bad:
            self.set_apart.append((delivery.origin.path, f"{bad:,} of {rows:,} rows do not fit; {_first(parts)}"))
        return Taken(delivery, parts, findings)

    def _inspection(self) -> AbstractContextManager[Inspection | None]:
        from expectations.suite import EMPTY
        from orchestration.inspection import inspection

        if self.suite == EMPTY:
            return nullcontext()
        return inspection(self.table, self.suite, self.before, self.rules.now, self.place / ".keys.tmp")

    @cached_property
    def before(self) -> Accepted:
        """The deliveries accepted so far, in this pull too."""
        from orchestration.inspection import accepted

        return accepted(self.table, self.suite, self.landed)

    def _missing_columns(self, delivery: Delivery, found: set[str]) -> str | None:
        """Why the delivery lacks a declared column; the rest of a delivery whose start landed has been checked."""
        missing = [column.name for column in self.table.columns if column.name not in found]
        if not missing or not found or delivery.first_row:
            return None
        names = f"column {missing[0]} is" if len(missing) == 1 else f"columns {', '.join(missing)} are"
        personal = any(column.pii for column in self.table.columns)  # without a header, the first row is taken for one
        shown = sorted(name if tells_nobody(name) or not personal else "…" for name in found)
        return f"{names} missing; it has {', '.join(shown)}"

    def _too_many(self, parts: list[Part], bad: int, rows: int) -> str:
        return (
            f"{bad:,} of {rows:,} rows do not fit, more than {FEW_ROWS} rows and "
            f"{self.table.max_rejected:.0%} allowed; {_first(parts)}"
        )

    def _refuse(self, delivery: Delivery, rows: int, rule: str, reason: str, parts: Sequence[Part] = ()) -> None:
        bad = [part.rejected for part in parts if part.rejected.num_rows]
        self.writer.refuse(delivery, rows, rule, reason, bad)
        self.rejected.append((delivery.origin.path, reason))
        self.refused_rows += rows
        self.spool.clear()

    def _result(self, new_files: int) -> PullResult:
        written = self.writer.written
        return PullResult(
            self.table.system,
            self.table.name,
            rows_in=sum(footer.rows_in for footer in written) + self.refused_rows,
            rows_landed=sum(footer.rows for footer in written),
            rows_quarantined=sum(footer.rows_quarantined for footer in written) + self.refused_rows,
            batches=tuple(footer.batch for footer in written),
            rejected=tuple(sorted(self.rejected)),
            set_apart=tuple(self.set_apart),
            new_files=new_files,
        )


def _first(parts: list[Part]) -> str:
    """Where the first rejected row stands, and what is wrong with it."""
    row = next(part.rejected for part in parts if part.rejected.num_rows).slice(0, 1).to_pylist()[0]
    return f"first row {row['_row']}: {row['_reason']}"


def _placed(rejected: pa.Table, path: str, first_row: int) -> pa.Table:
    """Say of each rejected row where it stood: ``_file`` and ``_row``, counted from 1 without the header."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = pc.add(rejected.column("_row"), first_row + 1)
    rejected = rejected.set_column(rejected.schema.get_field_index("_row"), "_row", rows)
    return rejected.append_column("_file", pa.array([path] * rejected.num_rows, pa.string()))
