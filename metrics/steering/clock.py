"""A company's clocks: the local time of a run's now, and the last day of which something is over."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def local(at: datetime, time_zone: str) -> datetime:
    """A naive UTC time on the company's clocks, naive."""
    return at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)


def last_day(as_of: datetime, time_zone: str) -> date:
    """The local day of the moment before a naive UTC now: at midnight it is the day that ended."""
    return local(as_of - timedelta(microseconds=1), time_zone).date()
