"""The one-row profile of everything that landed of a table: what its table rules are judged on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from orchestration.pulling.landing import SCHEMA_PULL
from orchestration.raw_checks.outstanding import SQL_TYPES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from expectations.suite import Suite
    from orchestration.connectors import Landed
    from orchestration.declarations.sources import Table
    from orchestration.pulling.landing import Batch

ROWS_OF_A_DAY = 5  # fewer say nothing about the share of an hour


@dataclass(frozen=True)
class _Rows:
    con: DuckDBPyConnection
    files: Sequence[str]
    table: Table
    suite: Suite
    zone: str

    def ask(self, query: str) -> float | None:
        row = self.con.execute(query, [self.files]).fetchone() if self.files else None
        return None if row is None or row[0] is None else float(row[0])

    def typed(self, column: str) -> str:
        kinds = {c.name: SQL_TYPES[c.type] for c in self.table.columns}
        return f'"{column}"::{kinds[column]}'


def table_profile(
    table: Table, suite: Suite, zone: str, landed: Sequence[Batch], asked: Collection[str]
) -> dict[str, float | None]:
    """The columns ``asked`` for, and ``rows``; None where a table cannot have one.

    late_share: rows that first came more than a day after newer ones; corrected_share: keys that came in more than one
    version; deleted_share: keys that were marked deleted; repeated_deliveries: files with the content of another;
    ambiguous_share: on a day when the clocks go back, the rows in the hour that occurs twice (the worst such day).
    """
    import duckdb

    counted = [batch for batch in landed if batch.footer.pull != SCHEMA_PULL]
    if table.mode == "snapshot":
        counted = [batch for batch in counted if batch.footer.pull == counted[-1].footer.pull]
    with duckdb.connect() as con:
        rows = _Rows(con, [str(batch.path) for batch in counted], table, suite, zone)
        found = {
            "rows": lambda: float(sum(batch.footer.rows for batch in counted)),
            "late_share": lambda: _late_share(counted),
            "corrected_share": lambda: _corrected_share(rows),
            "deleted_share": lambda: _deleted_share(rows),
            "repeated_deliveries": lambda: float(len(repeated_deliveries(counted))),
            "ambiguous_share": lambda: _ambiguous_share(rows),
        }
        return {name: found[name]() if name in asked or name == "rows" else None for name in found}


def repeated_deliveries(landed: Sequence[Batch]) -> list[str]:
    """Paths of files that hold what landed from another path before, by bytes or by rows."""
    return sorted({file.origin.path for file, is_repeated in _files(landed) if is_repeated})


def _files(landed: Sequence[Batch]) -> Iterator[tuple[Landed, bool]]:
    """Every file that landed, and whether another had its content before."""
    first: dict[str, str] = {}
    for file in (file for batch in landed for file in batch.footer.files):
        path = file.origin.path
        marks = [] if file.first_row or not file.rows else [m for m in (file.origin.sha256, file.findings.content) if m]
        yield file, any(first.get(mark, path) != path for mark in marks)
        for mark in marks:
            first.setdefault(mark, path)


def _late_share(landed: Sequence[Batch]) -> float | None:
    """Late rows ÷ rows; a file that came twice is no late one."""
    files = [file for file, is_repeated in _files(landed) if not is_repeated]
    rows = sum(file.rows for file in files)
    return _late_rows(files) / rows if rows else None


def _late_rows(files: Sequence[Landed]) -> int:
    """Rows that first came late: where a file comes again from its first row on, those it held before are not new."""
    held: Counter[str] = Counter()
    before: Counter[str] = Counter()
    late = 0
    for file in files:
        path = file.origin.path
        if not file.first_row:
            before[path], held[path] = held[path], 0
        held[path] += file.rows
        again = min(before[path], file.findings.late)
        before[path] -= again
        late += file.findings.late - again
    return late


def _corrected_share(landed: _Rows) -> float | None:
    table = landed.table
    if not table.key or not table.cursor:
        return None
    is_deleted = f'coalesce("{table.deletions}"::boolean, false)' if table.deletions else "false"
    keys = ", ".join(landed.typed(key) for key in table.key)
    return landed.ask(
        f"select avg((versions > 1)::int) from (select count(distinct {landed.typed(table.cursor)}) "
        f"filter (not {is_deleted}) as versions from {_FILES} group by {keys})"
    )


def _deleted_share(landed: _Rows) -> float | None:
    table = landed.table
    if not table.key or not table.deletions:
        return None
    keys = ", ".join(landed.typed(key) for key in table.key)
    flag = f'coalesce("{table.deletions}"::boolean, false)'
    return landed.ask(f"select avg(gone::int) from (select bool_or({flag}) as gone from {_FILES} group by {keys})")


def _ambiguous_share(landed: _Rows) -> float | None:
    column = landed.suite.time
    kinds = {c.name: c.type for c in landed.table.columns}
    if column is None or kinds.get(column) != "timestamp" or not landed.files:
        return None
    moment = landed.typed(column)
    span = landed.con.execute(f"select min({moment}), max({moment}) from {_FILES}", [landed.files]).fetchone()
    if span is None or span[0] is None:
        return None
    hours = repeated_hours(ZoneInfo(landed.zone), span[0].date(), span[1].date())
    shares = [
        landed.ask(
            f"select avg(({moment} >= '{begin}' and {moment} < '{end}')::int) from {_FILES} "
            f"where {moment} >= '{begin.date()}' and {moment} < '{begin.date() + timedelta(days=1)}' "
            f"having count(*) >= {ROWS_OF_A_DAY}"
        )
        for begin, end in hours
    ]
    return max((share for share in shares if share is not None), default=None)


def repeated_hours(zone: ZoneInfo, first: date, last: date) -> list[tuple[datetime, datetime]]:
    """The local times that occur twice from ``first`` to ``last``, as closed-open spans."""
    found: list[tuple[datetime, datetime]] = []
    for number in range((last - first).days + 1):
        day = datetime.combine(first + timedelta(days=number), datetime.min.time())
        before, after = (moment.replace(tzinfo=zone).utcoffset() for moment in (day, day + timedelta(days=1)))
        if before and after is not None and after < before:
            minutes = (day + timedelta(minutes=5 * step) for step in range(288))
            twice = [m for m in minutes if _offset(m, zone, 0) != _offset(m, zone, 1)]
            found += [(twice[0], twice[-1] + timedelta(minutes=5))] if twice else []
    return found


def _offset(moment: datetime, zone: ZoneInfo, fold: int) -> timedelta | None:
    return moment.replace(tzinfo=zone, fold=fold).utcoffset()


_FILES = "read_parquet($1, union_by_name = true)"
