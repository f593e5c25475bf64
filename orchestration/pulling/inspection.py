"""Judges a delivery as a whole, against what was accepted before it."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from orchestration.connectors import Findings

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

    from expectations.one_row import Verdict
    from expectations.profile import DeliveryProfile, Profiler
    from expectations.suite import Suite
    from orchestration.declarations.sources import Sources, Table
    from orchestration.pulling.landing import Batch

LATE = timedelta(days=1)


@dataclass
class Accepted:
    """What is known of the deliveries accepted so far: profiles, newest first, and the newest event and cursor."""

    past: deque[DeliveryProfile]
    newest: dict[str, datetime] = field(default_factory=dict)

    def add(self, profile: DeliveryProfile) -> None:
        """Remember one more."""
        if profile.rows:
            self.past.appendleft(profile)

    def reach(self, newest: dict[str, datetime]) -> None:
        """Remember how far the rows of one more go."""
        for column, moment in newest.items():
            self.newest[column] = max(moment, self.newest.get(column, moment))


@dataclass
class Inspection:
    """Takes the rows of one delivery that fit, chunk by chunk, and profiles them."""

    table: Table
    suite: Suite
    profiler: Profiler
    newest: dict[str, datetime] = field(default_factory=dict)
    content: int = 0
    rows: int = 0

    def add(self, kept: pa.Table) -> None:
        """Take a chunk's typed rows."""
        if not kept.num_rows:
            return
        self.rows += kept.num_rows
        self.profiler.add(kept)
        self.content = (self.content + _content(kept, [column.name for column in self.table.columns])) % 2**128
        for column in moments_of(self.table, self.suite):
            moment = _greatest(kept, column)
            if moment is not None:
                self.newest[column] = max(moment, self.newest.get(column, moment))

    @cached_property
    def profile(self) -> DeliveryProfile:
        """The profile of all rows taken."""
        return self.profiler.profile()

    def findings(self, verdicts: Sequence[Verdict], late: int) -> Findings:
        """What to remember of the delivery once it is accepted."""
        warnings = tuple((verdict.rule.name, verdict.observed) for verdict in verdicts if not verdict.passed)
        content = f"{self.rows}-{self.content:032x}" if self.rows else ""
        return Findings(self.profile.to_json(), self.profile.newest, warnings, late, content)


def judge_in_order(suite: Suite, before: Accepted, profiles: Sequence[DeliveryProfile]) -> list[list[Verdict]]:
    """Judge deliveries, each against those accepted before it; the accepted ones are added to ``before``.

    They are judged together as if all were accepted; after one that is refused, the rest anew.
    """
    from expectations.one_row import judge_all
    from expectations.profile import PAST, compared

    judged: list[list[Verdict]] = []
    while len(judged) < len(profiles):
        rows, past = [], list(before.past)
        for profile in profiles[len(judged) :]:
            rows.append(compared(profile, past))
            past = [profile, *past][:PAST] if profile.rows else past
        for verdicts in judge_all(rows, suite.delivery):
            judged.append(verdicts)
            if blocking(verdicts):
                break
            before.add(profiles[len(judged) - 1])
    return judged


def blocking(verdicts: Sequence[Verdict]) -> Verdict | None:
    """The first verdict that refuses a delivery."""
    return next((v for v in verdicts if not v.passed and v.rule.severity == "block"), None)


def late_rows(table: Table, before: Accepted, moments: Sequence[str], kept: pa.Table) -> int:
    """Rows of which every moment (event and version) is more than a day older than what was accepted before.

    A correction has an old event in a new version, and is not late.
    """
    import pyarrow.compute as pc

    known = [column for column in moments if column in before.newest]
    if table.mode == "snapshot" or not known:
        return 0
    late = None
    for column in known:
        values = kept.column(column)
        old = pc.fill_null(pc.less(values, _limit(before.newest[column] - LATE, values.type)), False)
        late = old if late is None else pc.and_(late, old)
    return pc.sum(late).as_py() or 0


def accepted(table: Table, suite: Suite, landed: Sequence[Batch]) -> Accepted:
    """What the landing's footers say of the deliveries accepted so far."""
    from expectations.profile import PAST, DeliveryProfile

    before = Accepted(deque(maxlen=PAST))
    files = [file for batch in landed for file in batch.footer.files if file.findings.profile]
    for file in files[-PAST:]:
        before.add(DeliveryProfile.from_json(file.findings.profile or {}))
    events = [file.findings.newest for file in files if file.findings.newest]
    marks = [batch.footer.watermark for batch in landed if batch.footer.watermark]
    told = {suite.time: events, table.cursor: marks}
    for column in moments_of(table, suite):
        if told[column]:
            before.newest[column] = datetime.fromisoformat(max(told[column]))
    return before


def moments_of(table: Table, suite: Suite) -> list[str]:
    """The columns that say when a row happened and when this version of it was made."""
    types = {column.name: column.type for column in table.columns}
    return [c for c in dict.fromkeys((suite.time, table.cursor)) if c and types.get(c) in ("timestamp", "date")]


@contextmanager
def inspection(table: Table, suite: Suite, now: datetime, place: Path, *, whole: bool) -> Iterator[Inspection]:
    """Begin the inspection of a delivery; what it holds on disk under ``place`` is gone at the end.

    One that is not ``whole``, but what was added to a file, says nothing about the usual rows of a day.
    """
    from expectations.profile import Profiler

    identity = (*table.key, *([table.cursor] if table.cursor else []))
    try:
        with Profiler(table.columns, suite.time, identity, now, place, whole=whole) as profiler:
            yield Inspection(table, suite, profiler)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def latest_moment(sources: Sources, zone: str, clock: datetime) -> datetime:
    """The later of the clock (UTC) and the company's stated as-of, on the wall clock of ``zone``."""
    moment = clock if clock.tzinfo else clock.replace(tzinfo=UTC)
    if sources.as_of is not None:
        moment = max(moment, sources.default_as_of())
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _greatest(rows: pa.Table, column: str) -> datetime | None:
    import pyarrow.compute as pc

    value = pc.max(rows.column(column)).as_py()
    return datetime.combine(value, time()) if isinstance(value, date) and not isinstance(value, datetime) else value


def _limit(moment: datetime, kind: pa.DataType) -> pa.Scalar:
    import pyarrow as pa

    return pa.scalar(moment.date() if pa.types.is_date(kind) else moment, kind)


def _content(rows: pa.Table, columns: Sequence[str]) -> int:
    """The sum of the rows' hashes: the same for the same rows in any order."""
    listed = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
    with _connection().cursor() as cursor:
        cursor.register("kept", rows.select(list(columns)))
        found = cursor.execute(f"select sum(hash({listed})::hugeint) from kept").fetchone()
    return int(found[0]) if found else 0


@cache
def _connection() -> DuckDBPyConnection:
    import duckdb

    return duckdb.connect()
