"""Gives quarantined rows another chance: those that fit today's declaration and suite land."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.company import Company
from orchestration.declarations.sources import Sources, Table
from orchestration.pulling import landing
from orchestration.pulling.inspection import latest_moment
from orchestration.pulling.judging import judged
from orchestration.pulling.landing import Footer, Replayed
from orchestration.pulling.row_rules import RowRules
from orchestration.quarantine.redelivery import deliver_again
from orchestration.quarantine.retry import Retried, retry
from orchestration.raw_checks.outstanding import Outstanding, outstanding, typed_keys


@dataclass(frozen=True)
class Replay:
    """What a replay did with the quarantined rows of a table: how many it tried, and how many of them landed."""

    tried: int = 0
    landed: int = 0


def replay_rows(company: Company, sources: Sources, table: Table, rule: str, now: datetime) -> Replay:
    """Try the quarantined rows of one table again, all or those of one rule; ``now`` is UTC.

    Whoever calls holds the lock of a run. A kill at any moment leaves each batch replayed or not, and doing it twice is
    doing it once.
    """
    table, suite = judged(company, sources, table)
    zone = sources.systems[table.system].time_zone
    rules = RowRules(table, suite, zone, latest_moment(sources, zone, now))
    landing.clear_leftovers(landing.folder(company.raw, table))
    landing.clear_leftovers(landing.folder(company.quarantine, table))
    landed = landing.batches(company.raw, table)
    apart = landing.clear_orphans(landing.batches(company.quarantine, table), landed)
    missing = outstanding(table, zone, landed, apart)
    tried = sum(_count(one, rule) for one in missing)
    if table.mode == "snapshot" or table.replaces:
        return Replay(tried, sum(_again(company, table, zone, missing, rules, rule, now)))
    retried = [retry(one, rules, rule) for one in missing]
    for one in retried:
        if one.kept.num_rows:
            _land(company, table, one, now)
    return Replay(tried, sum(one.kept.num_rows for one in retried))


def _land(company: Company, table: Table, retried: Retried, now: datetime) -> None:
    """Land rows beside the batch that set them apart, under its pull: that says which version of a key is newer."""
    own, place = retried.batch.footer, landing.folder(company.raw, table)
    number = 1 + len(list(place.glob(f"{own.batch}_r*.parquet")))
    path, rows = place / f"{own.batch}_r{number:03d}.parquet", retried.kept.num_rows
    newest = pc.max(retried.kept.column(table.cursor)).as_py() if table.cursor else None
    footer = Footer(
        own.system,
        own.table,
        path.stem,
        own.pull,
        now.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds"),
        own.mode,
        table.declaration,
        rows_in=0,
        rows=rows,
        rows_quarantined=-rows,
        watermark=None if newest is None else str(newest),
        replayed=Replayed(own.batch, _spans(retried.places)),
    )
    landing.write_file(path, retried.kept, footer)


def _again(
    company: Company,
    table: Table,
    zone: str,
    missing: Sequence[Outstanding],
    rules: RowRules,
    rule: str,
    now: datetime,
) -> Iterator[int]:
    """Rows landed by each delivery that came again, newest first: an older one must not replace what it holds."""
    newer: set[tuple[object, ...]] = set()
    for one in reversed(missing):
        groups = _groups(table, zone, one.rows)
        current = [place for place, group in enumerate(groups) if group not in newer]
        newer |= set(groups) if table.replaces else set()
        retried = retry(Outstanding(one.batch, one.rows.take(pa.array(current, pa.int64()))), rules, rule)
        if retried.kept.num_rows:
            deliver_again(company, table, retried, landing.batches(company.raw, table), now)
        yield retried.kept.num_rows


def _groups(table: Table, zone: str, rows: pa.Table) -> list[tuple[object, ...]]:
    """The group of each row; the row's own place where the table has none."""
    if not table.replaces:
        return [(place,) for place in range(rows.num_rows)]
    typed = typed_keys(table, zone, rows)
    return list(zip(*(typed.column(name).to_pylist() for name in table.replaces), strict=True))


def _count(missing: Outstanding, rule: str) -> int:
    if not rule:
        return missing.rows.num_rows
    return pc.sum(pc.equal(missing.rows.column("_rule"), rule)).as_py() or 0


def _spans(places: Sequence[tuple[str, int]]) -> dict[str, list[list[int]]]:
    """By file, the numbers of its rows as spans from first to last."""
    spans: dict[str, list[list[int]]] = {}
    for file, number in sorted(places):
        known = spans.setdefault(file, [])
        if known and known[-1][1] == number - 1:
            known[-1][1] = number
        else:
            known.append([number, number])
    return spans
