"""The business periods of a grain by their place in order, so that those ahead can be counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from metrics.calendar import Calendar, Grain
from metrics.periods import MONTHS, period_of


@dataclass(frozen=True)
class Periods:
    """The periods of a company's calendar; a place is a number that grows by one from period to period."""

    calendar: Calendar

    def place(self, grain: Grain, day: date) -> int:
        """Return the place of the period that contains a day."""
        if grain == "day":
            return day.toordinal()
        start = period_of(day, grain, self.calendar).start
        if grain == "week":
            return start.toordinal() // 7
        return (start.year * 12 + start.month - self.calendar.fiscal_year_starts) // MONTHS[grain]

    def start(self, grain: Grain, day: date) -> date:
        """Return the first day of the period that contains a day."""
        return period_of(day, grain, self.calendar).start

    def end(self, grain: Grain, start: date) -> date:
        """Return the last day of a period."""
        return period_of(start, grain, self.calendar).last_day

    def onwards(self, grain: Grain, day: date) -> Iterator[date]:
        """The first days of the period that contains a day and of all that follow."""
        period = period_of(day, grain, self.calendar)
        while True:
            yield period.start
            period = period_of(period.end, grain, self.calendar)

    def ahead(self, grain: Grain, day: date, number: int) -> date:
        """Return the period that begins some periods after (or before, if negative) the one that contains a day."""
        if number < 0:
            return self.ahead(grain, self.start(grain, day) - timedelta(days=1), number + 1)
        following = self.onwards(grain, day)
        return next(start for left, start in zip(range(number, -1, -1), following, strict=False) if not left)

    def inside(self, finer: Grain, grain: Grain, start: date) -> list[date]:
        """Return the finer periods that begin in a period."""
        end = self.end(grain, start)
        found: list[date] = []
        for begin in self.onwards(finer, start):
            if begin > end:
                return found
            if begin >= start:
                found.append(begin)
        return found
