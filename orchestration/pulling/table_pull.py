"""One pull of one table: what is new is read, divided, judged and landed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import chain

from expectations.privacy import tells_nobody
from expectations.split import declared_schema
from expectations.suite import EMPTY
from orchestration.company import Company
from orchestration.connectors import Delivery, Findings, Seen, connector
from orchestration.declarations.sources import Sources, Table
from orchestration.pulling import landing
from orchestration.pulling.batches import BatchWriter, Taken
from orchestration.pulling.inspection import (
    Accepted,
    accepted,
    blocking,
    judge_in_order,
    late_rows,
    latest_moment,
    moments_of,
)
from orchestration.pulling.judging import judged
from orchestration.pulling.pull import PullResult
from orchestration.pulling.reading import Reader, Reading
from orchestration.pulling.row_rules import RowRules
from orchestration.pulling.spool import Spool

FEW_ROWS = 20  # so many bad rows never reject a delivery, however small it is
TOGETHER_ROWS = 100_000  # small deliveries are judged together, up to so many rows
TOGETHER = 100  # and so many deliveries


class TablePull:
    """A pull of ``table`` at ``now`` (UTC); ``again`` tries what was refused though nothing has changed."""

    def __init__(self, company: Company, sources: Sources, table: Table, now: datetime, *, again: bool) -> None:
        self.table, self.suite = judged(company, sources, table)
        place = landing.folder(company.raw, self.table)
        landing.clear_leftovers(place)
        landing.clear_leftovers(landing.folder(company.quarantine, self.table))
        self.landed = landing.batches(company.raw, self.table)
        refused = landing.clear_orphans(landing.batches(company.quarantine, self.table), self.landed)
        self.raw, self.home = company.raw, sources.path.parent
        self.connector = connector(sources.systems[table.system].connector)
        self.seen = landing.seen(self.landed, refused, self.table)
        self.reasons = {p: b.footer.reason or "" for p, b in landing.refusals(self.landed, refused).items()}
        if again:
            self.seen = Seen(self.seen.landed)
        zone = sources.systems[table.system].time_zone
        rules = RowRules(self.table, self.suite, zone, latest_moment(sources, zone, now))
        self.spool = Spool(place / ".spool.tmp")
        self.reader = Reader(rules, self.spool, place)
        self.writer = BatchWriter(company.raw, company.quarantine, self.table, landing.next_pull(now, self.landed))
        self.rejected: list[tuple[str, str]] = []
        self.set_apart: list[tuple[str, str]] = []
        self.refused_rows = 0

    def run(self) -> PullResult:
        """Land what is new."""
        landing.write_schema(self.raw, self.table, declared_schema(self.table.columns))
        outstanding = self.connector.rejected(self.table, self.home, self.seen)
        self.rejected = [(path, self.reasons[path]) for path in outstanding]
        new_files = self._snapshot() if self.table.mode == "snapshot" else self._new()
        self.writer.cut()
        self.spool.clear()
        return self._result(new_files)

    def _new(self) -> int:
        new = 0
        for group in self._groups():
            new += len(group)
            for taken in self._taken(group):
                if taken:
                    self.writer.land([taken])
            self.reader.close()
            self.spool.clear()
        return new

    def _snapshot(self) -> int:
        """A snapshot lands whole or not at all: part of it would look like deletions."""
        taken = list(chain.from_iterable(map(self._taken, self._groups())))
        if taken and all(taken):
            self.writer.land([one for one in taken if one])
        self.reader.close()
        return len(taken)

    def _groups(self) -> Iterator[list[Reading]]:
        """Deliveries that are read, divided and judged together: a large one alone, small ones until they are many."""
        group: list[Reading] = []
        for delivery in self.connector.deliveries(self.table, self.home, self.seen):
            group.append(self.reader.read(delivery))
            if sum(reading.rows for reading in group) >= TOGETHER_ROWS or len(group) >= TOGETHER:
                self.reader.finish()
                yield group
                group = []
        self.reader.finish()
        yield group

    def _taken(self, group: Sequence[Reading]) -> Iterator[Taken | None]:
        """Each delivery with what is found; or None after it was refused and recorded."""
        faults = [self._fault(reading) for reading in group]
        fit = [
            r for r, fault in zip(group, faults, strict=True) if not fault and r.inspection and not r.delivery.resumed
        ]
        profiles = [reading.inspection.profile for reading in fit if reading.inspection]
        verdicts = (
            dict(zip(map(id, fit), judge_in_order(self.suite, self.before, profiles), strict=True)) if fit else {}
        )
        for reading, fault in zip(group, faults, strict=True):
            told = verdicts.get(id(reading), [])
            if fault is None and (blocked := blocking(told)):
                fault = (blocked.rule.name, blocked.observed)
            if fault:
                yield self._refuse(reading, *fault)
                continue
            late, findings = self._late(reading), Findings()
            if reading.inspection:
                was_accepted = reading.delivery.resumed
                findings = Findings(late=late) if was_accepted else reading.inspection.findings(told, late)
                self.before.reach(reading.inspection.newest)
            if reading.bad:
                what = f"{reading.bad:,} of {reading.rows:,} rows do not fit; {reading.first_bad()}"
                self.set_apart.append((reading.delivery.origin.path, what))
            yield Taken(reading.delivery, reading.parts, findings)

    @cached_property
    def before(self) -> Accepted:
        """The deliveries accepted so far, in this pull too."""
        return accepted(self.table, self.suite, self.landed)

    def _late(self, reading: Reading) -> int:
        if self.suite == EMPTY:
            return 0
        moments = moments_of(self.table, self.suite)
        return sum(late_rows(self.table, self.before, moments, part.kept) for part in reading.parts)

    def _fault(self, reading: Reading) -> tuple[str, str] | None:
        """Rule and reason of a delivery that is refused whatever its suite says."""
        if reading.unreadable:
            return "unreadable", reading.unreadable
        if reason := self._missing_columns(reading.delivery, reading.columns):
            return "missing_column", reason
        allowed = max(FEW_ROWS, self.table.max_rejected * reading.rows)
        if reading.delivery.resumed or reading.bad <= allowed:
            return None
        return "too_many_rejected", (
            f"{reading.bad:,} of {reading.rows:,} rows do not fit, more than {FEW_ROWS} rows and "
            f"{self.table.max_rejected:.0%} allowed; {reading.first_bad()}"
        )

    def _missing_columns(self, delivery: Delivery, found: set[str]) -> str | None:
        """Why the delivery lacks a declared column; the rest of a delivery whose start landed has been checked."""
        missing = [column.name for column in self.table.columns if column.name not in found]
        if not missing or not found or delivery.first_row:
            return None
        names = f"column {missing[0]} is" if len(missing) == 1 else f"columns {', '.join(missing)} are"
        personal = any(column.pii for column in self.table.columns)  # without a header, the first row is taken for one
        shown = sorted(name if tells_nobody(name) or not personal else "…" for name in found)
        return f"{names} missing; it has {', '.join(shown)}"

    def _refuse(self, reading: Reading, rule: str, reason: str) -> None:
        told = rule not in ("unreadable", "missing_column")
        bad = [part.rejected for part in reading.parts if part.rejected.num_rows] if told else []
        rows = 0 if rule == "unreadable" else reading.rows
        self.writer.refuse(reading.delivery, rows, rule, reason, bad)
        self.rejected.append((reading.delivery.origin.path, reason))
        self.refused_rows += rows

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
