"""Days and named periods of the calendar, as options give them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from orchestration.errors import UsageError

ALLOWED = "a day (2026-01-31), week (2026-W05), month (2026-01), quarter (2026-Q1) or year (2026)"
PERIOD = re.compile(r"(\d{4})(?:-(?:W(\d\d)|Q([1-4])|(\d\d)(?:-(\d\d))?))?")


def first_day(option: str, text: str) -> date:
    """Return a period's first day; raises UsageError for anything else."""
    return _span(option, text)[0]


def last_day(option: str, text: str) -> date:
    """Return a period's last day; raises UsageError for anything else."""
    return _span(option, text)[1] - timedelta(days=1)


def _span(option: str, text: str) -> tuple[date, date]:
    """First day of the period, and the day after its last."""
    match = PERIOD.fullmatch(text)
    try:
        return _named(*match.groups()) if match else _nothing()
    except (ValueError, OverflowError):  # the calendar ends with the year 9999
        raise UsageError(f"{option} {text}: is no period of the calendar; use {ALLOWED}") from None


def _named(year: str, week: str | None, quarter: str | None, month: str | None, day: str | None) -> tuple[date, date]:
    if week:
        start = date.fromisocalendar(int(year), int(week), 1)
        return start, start + timedelta(days=7)
    if quarter:
        return _months(int(year), int(quarter) * 3 - 2, 3)
    if day:
        start = date(int(year), int(month or ""), int(day))
        return start, start + timedelta(days=1)
    return _months(int(year), int(month), 1) if month else _months(int(year), 1, 12)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    after = year * 12 + month - 1 + count
    return date(year, month, 1), date(after // 12, after % 12 + 1, 1)


def _nothing() -> tuple[date, date]:
    raise ValueError
