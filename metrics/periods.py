"""Spans of business days: the period of a grain that a day falls in, and what the period of a promise says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from metrics.calendar import GRAINS, WEEK_DAYS, Calendar, Grain

MONTHS: Mapping[Grain, int] = {"month": 1, "quarter": 3, "year": 12}  # how many a period has; days and weeks have none
_DAY = timedelta(days=1)
_LENGTHS: dict[int, Grain] = {len("2026"): "year", len("2026-07"): "month", len("2026-07-01"): "day"}


@dataclass(frozen=True)
class Period:
    """A closed-open span of business days at one grain.

    ``start`` is the first local day, ``end`` the day after the last; both are dates in the company's time zone.
    """

    grain: Grain
    start: date
    end: date

    @property
    def last_day(self) -> date:
        """The last day that is still in it."""
        return self.end - _DAY

    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    def elapsed(self, until: date) -> float:
        """The share of its days that are before ``until``, from 0 to 1."""
        return min(max((until - self.start).days / self.days(), 0.0), 1.0)


def period_of(day: date, grain: Grain, calendar: Calendar) -> Period:
    """The period of a grain that a day is in; quarters and years are fiscal."""
    if grain == "day":
        return Period(grain, day, day + _DAY)
    if grain == "week":
        start = day - timedelta(days=(day.weekday() - WEEK_DAYS.index(calendar.week_starts_on)) % 7)
        return Period(grain, start, start + timedelta(days=7))
    months, number = MONTHS[grain], day.year * 12 + day.month - calendar.fiscal_year_starts
    first = number - number % months + calendar.fiscal_year_starts - 1
    return Period(grain, _month(first), _month(first + months))


def period_from(start: date, grain: Grain) -> Period:
    """The period of a grain that begins on a day, in whatever calendar one does."""
    if grain in MONTHS:
        return Period(grain, start, _month(start.year * 12 + start.month - 1 + MONTHS[grain]))
    return Period(grain, start, start + (7 if grain == "week" else 1) * _DAY)


def period_before(period: Period, calendar: Calendar) -> Period:
    """The period of the same grain that ends where this one begins."""
    return period_of(period.start - _DAY, period.grain, calendar)


def named_period(name: str, calendar: Calendar) -> Period:
    """The period that ``2026-Q3``, ``2026-W27``, ``2026-07``, ``2026-07-01`` or ``2026`` names.

    Quarters and years are fiscal and of the year in which they begin to count; a week is the one in which the ISO
    week's Thursday is.

    Raises:
        ValueError: it names no one period, as ``each week``.
    """
    last = end_of(name, calendar.fiscal_year_starts)
    if last is None:
        raise ValueError(f"{name!r} is no one period")
    grain = grain_of(name)
    return period_of(last - 3 * _DAY if grain == "week" else last, grain, calendar)


def whole_weeks(period: Period, calendar: Calendar) -> Iterator[Period]:
    """The weeks that lie in a period from their first to their last day, the oldest first."""
    week = period_of(period.start, "week", calendar)
    while week.end <= period.end:
        if week.start >= period.start:
            yield week
        week = period_of(week.end, "week", calendar)


def _month(number: int) -> date:
    """The first day of a month counted from January of year 0."""
    return date(number // 12, number % 12 + 1, 1)


def grain_of(period: str) -> Grain:
    """``each week`` and ``2026-W27`` are weeks, ``2026-Q3`` is a quarter."""
    for grain in GRAINS:
        if period == f"each {grain}":
            return grain
    if "Q" in period:
        return "quarter"
    return "week" if "W" in period else _LENGTHS[len(period)]


def end_of(period: str, fiscal_year_starts: int) -> date | None:
    """The last day of a named period; None for ``each …``, which does not run out.

    Quarters and years are fiscal: they follow the month (1–12) in which the year that they name starts.
    """
    if period.startswith("each "):
        return None
    grain, year = grain_of(period), int(period[:4])
    if grain == "day":
        return date.fromisoformat(period)
    if grain == "week":
        return date.fromisocalendar(year, int(period[-2:]), 7)
    if grain == "month":
        return _month_end(year, int(period[-2:]))
    months = 3 * int(period[-1]) if grain == "quarter" else 12
    return _month_end(year, fiscal_year_starts + months - 1)


def _month_end(year: int, month: int) -> date:
    """The last day of a month counted from January of the year; 13 is the next January."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
