"""The values that control charts are drawn of, and the periods whose value is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from metrics.calendar import GRAINS, Calendar, Grain
from metrics.periods import Period, period_of
from metrics.steering.first_days import FIRST_DAYS
from metrics.steering.proof.gaps import Gap, known_gaps

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Review grain and coarser; what is not over, or not mature, is no value yet, and what began before the data is a part.
_VALUES = f"""
select kpi, grain, list({{'start': period_start, 'value': value, 'enough': enough}} order by period_start)
from (
    select
        kpi_values.kpi, grain, period_start, value,
        coalesce(sample_size, 0) >= coalesce(min_sample, 0) as enough
    from mart.kpi_values as kpi_values
    inner join mart.kpi_catalog as catalog using (kpi)
    inner join ({FIRST_DAYS}) as first_days using (kpi)
    where
        kind = 'kpi' and lifecycle = 'active' and slice = '' and is_complete
        and (value is null or period_start >= first_day)
        and list_position($grains, grain) >= list_position($grains, review_grain)
) as complete
group by kpi, grain
order by kpi, grain
"""
_KPIS = """
select kpi, direction, unit, currency, review_grain, coalesce(matures_after_days, 0)
from mart.kpi_catalog where kind = 'kpi' and lifecycle = 'active'
"""


@dataclass(frozen=True)
class Kpi:
    """What charts need to know of a KPI; it is complete ``matures`` days after a period."""

    name: str
    direction: str | None
    unit: str | None
    currency: str | None
    review_grain: Grain
    matures: int


@dataclass(frozen=True)
class Missing:
    """A period without the value that it should have, or with one that lacks the data of ``gaps``."""

    period: Period
    value: float | None
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Series:
    """The complete values of a KPI at one grain, by the start of their period, and the periods that miss theirs."""

    kpi: Kpi
    grain: Grain
    values: dict[date, float]
    missing: list[Missing]


def read_series(con: DuckDBPyConnection, today: date, calendar: Calendar) -> Iterator[Series]:
    """Read every active KPI's totals at its review grain and coarser ones; ``today`` is not over yet.

    Values of too small a sample, of periods with a gap and of days on which the company is closed are left out.
    """
    kpis = {row[0]: Kpi(*row) for row in con.execute(_KPIS).fetchall()}
    gaps = known_gaps(con)
    periods = _Periods(today, calendar)
    for name, grain, rows in con.execute(_VALUES, {"grains": list(GRAINS)}).fetchall():
        yield _series(kpis[name], grain, rows, periods, gaps.get(name, []))


def _series(kpi: Kpi, grain: Grain, rows: list[dict[str, Any]], periods: _Periods, gaps: Sequence[Gap]) -> Series:
    known = {row["start"]: row for row in rows if row["value"] is not None}
    spans = periods.since(grain, min(known), kpi.matures) if known else []
    expected = _is_expected(spans, known)
    values: dict[date, float] = {}
    missing: list[Missing] = []
    for span in spans:
        row = known.get(span.start)
        touching = tuple(gap for gap in gaps if gap.first_day < span.end and gap.last_day >= span.start)
        if touching or (row is None and expected(span)):
            missing.append(Missing(span, row["value"] if row else None, touching))
        elif row is not None and row["enough"]:
            values[span.start] = row["value"]
    return Series(kpi, grain, values, missing)


def _is_expected(spans: Sequence[Period], known: dict[date, Any]) -> Callable[[Period], bool]:
    """Whether a period should have a value: most periods have one and, of days, most of that weekday."""
    there = Counter(_kind(span) for span in spans if span.start in known)
    all_of = Counter(_kind(span) for span in spans)
    return lambda span: there[_kind(span)] * 2 > all_of[_kind(span)]


def _kind(span: Period) -> int:
    return span.start.weekday() if span.grain == "day" else 0


class _Periods:
    """The periods of each grain that are over, but for closed days."""

    def __init__(self, today: date, calendar: Calendar) -> None:
        self._today, self._calendar = today, calendar
        self._spans: dict[tuple[Grain, date], list[Period]] = {}

    def since(self, grain: Grain, first: date, matures: int) -> list[Period]:
        """From the one that contains a day to the last one that was over so many days ago."""
        if (grain, first) not in self._spans:
            self._spans[grain, first] = list(self._over(grain, first))
        until = self._today - timedelta(days=matures)
        return list(takewhile(lambda span: span.end <= until, self._spans[grain, first]))

    def _over(self, grain: Grain, first: date) -> Iterator[Period]:
        span = period_of(first, grain, self._calendar)
        while span.end <= self._today:
            if grain != "day" or span.start not in self._calendar.closed:
                yield span
            span = period_of(span.end, grain, self._calendar)
