"""Which periods are forecast, and which promises are judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from metrics.calendar import Grain
from metrics.steering.clock import last_day, local

if TYPE_CHECKING:
    from metrics.steering.forecasts.kpis import Kpi
    from metrics.steering.forecasts.periods import Periods

# Periods from the one under way on; months and quarters at least to the end of the year.
AHEAD: dict[Grain, int] = {"day": 28, "week": 13, "month": 6, "quarter": 2, "year": 1}
TO_THE_YEARS_END = ("month", "quarter")
JUDGED_BEFORE, JUDGED_AFTER = 4, 1  # periods whose promises are judged, beside the one under way


@dataclass(frozen=True)
class Horizon:
    """A run's now in company time: ``today`` is the day of the moment before it, ``now`` the day that has begun."""

    today: date
    now: date
    periods: Periods

    @classmethod
    def at(cls, as_of: datetime, periods: Periods) -> Horizon:
        """Place a naive UTC time on the company's calendar."""
        zone = periods.calendar.time_zone
        return cls(last_day(as_of, zone), local(as_of, zone).date(), periods)

    def ahead(self, kpi: Kpi, grain: Grain) -> list[date]:
        """Return the first days of the periods of a KPI that are to be forecast: the next ones that are not complete.

        A period that is over, but whose values have not matured, is one of them.
        """
        last = self.periods.ahead(grain, self.now, AHEAD[grain] - 1)
        if grain in TO_THE_YEARS_END:
            years_end = self.periods.end("year", self.periods.start("year", self.now))
            last = max(last, self.periods.start(grain, years_end))
        first = self.now - timedelta(days=kpi.matures_after)
        return list(takewhile(lambda start: start <= last, self.periods.onwards(grain, first)))

    def judges(self, grain: Grain, start: date) -> bool:
        """Whether the promise of a period is judged: the last ones, that under way and the next."""
        behind = self.periods.place(grain, self.today) - self.periods.place(grain, start)
        return -JUDGED_AFTER <= behind <= JUDGED_BEFORE
