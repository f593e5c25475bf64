"""The totals of a KPI at one grain, as they were known on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from metrics.calendar import GRAINS, Grain
from metrics.steering.forecasts.digits import significant
from metrics.steering.proof.gaps import known_gaps

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from metrics.steering.forecasts.periods import Periods

_VALUES = f"""
    select
        v.kpi, v.grain, v.period_start, v.period_end,
        (v.period_end + to_days(1 + coalesce(c.matures_after_days, 0)::integer))::date as known_on,
        v.value, v.numerator, v.denominator
    from mart.kpi_values as v
    inner join mart.kpi_catalog as c using (kpi)
    where v.slice = '' and v.is_complete and v.value is not null and c.kind = 'kpi' and c.lifecycle <> 'retired'
        and not isnan(v.value) and not isinf(v.value)
    order by v.kpi, list_position({list(GRAINS)}, v.grain), v.period_start
"""


@dataclass(frozen=True)
class Value:
    """What a KPI came to in a period; ``known_on`` is the first day on which the period was complete and matured.

    ``is_whole`` is False if data of the period is missing, as certification found: then it tells of no other period.
    """

    start: date
    known_on: date
    value: float
    numerator: float | None
    denominator: float | None
    is_whole: bool = True

    @cached_property
    def text(self) -> str:
        """All that it says, to be hashed."""
        return f"{self.start}={self.value!r}:{self.numerator!r}:{self.denominator!r}:{self.is_whole};"


@dataclass(frozen=True)
class Series:
    """The values of complete periods, in order; periods without a value are left out."""

    grain: Grain
    values: tuple[Value, ...]

    @cached_property
    def starts(self) -> list[date]:
        """First days of the periods."""
        return [value.start for value in self.values]

    def known(self, day: date) -> Series:
        """Return what was known when ``day`` began."""
        known_on = [value.known_on for value in self.values]
        return replace(self, values=self.values[: bisect_right(known_on, day)])

    def within(self, periods: Periods, grain: Grain, start: date) -> tuple[Value, ...]:
        """Return the values of a coarser period."""
        first, last = bisect_right(self.starts, start), bisect_right(self.starts, periods.end(grain, start))
        first -= first > 0 and self.starts[first - 1] == start
        return self.values[first:last]


def read_series(con: DuckDBPyConnection) -> dict[str, dict[Grain, Series]]:
    """Read the totals of every KPI that is not retired: KPI → grain → series, from the finest grain on."""
    found: dict[str, dict[Grain, list[Value]]] = {}
    gaps = known_gaps(con)
    for kpi, grain, start, end, known_on, *numbers in con.execute(_VALUES).fetchall():
        is_whole = not any(gap.first_day <= end and gap.last_day >= start for gap in gaps.get(kpi, ()))
        value, numerator, denominator = (significant(number) for number in numbers)
        values = found.setdefault(kpi, {}).setdefault(grain, [])
        values.append(Value(start, known_on, value or 0.0, numerator, denominator, is_whole))
    return {
        kpi: {grain: Series(grain, tuple(values)) for grain, values in series.items()} for kpi, series in found.items()
    }


def known_then(series: Mapping[Grain, Series], day: date) -> dict[Grain, Series]:
    """Return what was known of a KPI when ``day`` began."""
    return {grain: one.known(day) for grain, one in series.items()}


def filled(values: Sequence[float | None], season: int) -> list[float]:
    """Fill gaps by the value a season before, or else the last one; gaps before the first value are left out."""
    whole: list[float] = []
    for number, value in enumerate(values[_first(values) :]):
        before = whole[number - season] if number >= season else None
        last = whole[-1] if whole else None
        whole.append(next(candidate for candidate in (value, before, last) if candidate is not None))
    return whole


def _first(values: Sequence[float | None]) -> int:
    return next((number for number, value in enumerate(values) if value is not None), len(values))
