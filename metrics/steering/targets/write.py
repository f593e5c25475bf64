"""Writes the targets of a mart, and judges its values by them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from metrics.calendar import Calendar
from metrics.contracts import Contract
from metrics.steering.clock import last_day
from metrics.steering.targets.promised import make_promised
from metrics.steering.targets.scorecards import judge_scorecard
from metrics.steering.targets.spans import make_spans
from metrics.steering.targets.spread import write_spread
from metrics.steering.targets.statuses import judge_values

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def write_targets(con: DuckDBPyConnection, as_of: datetime, calendar: Calendar, contracts: Iterable[Contract]) -> None:
    """Fill ``kpi_targets``, and say in ``kpi_values`` and ``kpi_scorecard`` how far values keep them.

    Args:
        con: has the new mart attached as ``mart``, with its values, catalogue, scorecard and calendar.
        as_of: the run's now, naive UTC; the moment before it is the last that counts.
        calendar: the company's.
        contracts: what it promised; of those that are not in the catalogue nothing is said.
    """
    today, elapsed = last_moment(as_of, calendar.time_zone)
    make_spans(con, today, calendar)
    make_promised(con, calendar, contracts)
    write_spread(con)
    judge_values(con)
    judge_scorecard(con, today, elapsed)


def last_moment(as_of: datetime, time_zone: str) -> tuple[date, float]:
    """The local day of the moment before a naive UTC now, and the part of that day that is over, up to 1."""
    today = last_day(as_of, time_zone)
    begin, end = _midnight(today, time_zone), _midnight(today + timedelta(days=1), time_zone)
    return today, (as_of - begin) / (end - begin)


def _midnight(day: date, time_zone: str) -> datetime:
    """The naive UTC time at which a local day begins."""
    begin = datetime.combine(day, time(), ZoneInfo(time_zone))
    return begin.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
