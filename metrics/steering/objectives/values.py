"""The values that key results are measured by, read from a mart in one go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from metrics.calendar import Grain
from metrics.contracts.objectives import Goal, Minimum
from metrics.periods import Period
from metrics.steering.first_days import FIRST_DAYS
from metrics.wording.text import Words

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_METRICS = f"""
select kpi, label_en, label_es, unit, coalesce(matures_after_days, 0), coalesce(is_additive, false), first_day
from mart.kpi_catalog left join ({FIRST_DAYS}) as first_days using (kpi)
where kpi in (select unnest(?::varchar[]))
"""
_VALUES = """
select kpi, grain, period_start, slice, slice_value, value, numerator, denominator
from mart.kpi_values
semi join (select unnest(?::struct(kpi varchar, grain varchar, slice varchar)[], recursive := true)) as needed
    using (kpi, grain, slice)
where value is not null
"""


@dataclass(frozen=True)
class Metric:
    """A KPI or tracked metric as the catalogue has it; ``matures_after`` is in days, values begin on ``first_day``."""

    name: str
    label: Words
    unit: str | None
    matures_after: int
    is_additive: bool
    first_day: date | None


@dataclass(frozen=True)
class Value:
    """A value of a period, and what it is the quotient of, where it is one."""

    value: float
    numerator: float | None = None
    denominator: float | None = None


class Values:
    """Looks up totals by period, and the values of a slice."""

    def __init__(self, metrics: Iterable[Metric], rows: Iterable[tuple[str, str, date, str, str, Value]]) -> None:
        self.metrics = {metric.name: metric for metric in metrics}
        self._found: dict[tuple[str, str, date, str], dict[str, Value]] = {}
        self._days: dict[str, dict[date, float]] = {}
        for kpi, grain, start, slice, slice_value, value in rows:
            self._found.setdefault((kpi, grain, start, slice), {})[slice_value] = value
            if grain == "day" and not slice:
                self._days.setdefault(kpi, {})[start] = value.value

    def total(self, metric: str, period: Period) -> Value | None:
        """The metric's total of a period as it stands now, None if there is none."""
        return self._found.get((metric, period.grain, period.start, ""), {}).get("")

    def by_slice(self, metric: str, slice: str, period: Period) -> dict[str, float]:
        """Slice value → the metric's value of a period as it stands now."""
        found = self._found.get((metric, period.grain, period.start, slice), {})
        return {name: value.value for name, value in found.items()}

    def sum_of_days(self, metric: str, first: date, until: date) -> float | None:
        """The sum of the days from ``first`` until before a day; None of a metric that has no days or does not add up.

        A day without a value counts as nothing.
        """
        days = self._days.get(metric)
        if not days or not self.metrics[metric].is_additive:
            return None
        return sum(value for day, value in days.items() if first <= day < until)


def read_values(con: DuckDBPyConnection, goals: Iterable[Goal]) -> Values:
    """Read what goals need from the attached ``mart``."""
    needed = sorted({key for goal in goals for key in _needed(goal)})
    names = sorted({kpi for kpi, _, _ in needed})
    metrics = [
        Metric(kpi, Words(label_en or kpi, label_es or kpi), *rest)
        for kpi, label_en, label_es, *rest in con.execute(_METRICS, [names]).fetchall()
    ]
    listed = [{"kpi": kpi, "grain": grain, "slice": slice} for kpi, grain, slice in needed]
    rows = con.execute(_VALUES, [listed]).fetchall() if listed else []
    return Values(metrics, ((*key, Value(*numbers)) for *key, numbers in ((*r[:5], r[5:]) for r in rows)))


def _needed(goal: Goal) -> Iterator[tuple[str, Grain, str]]:
    """(metric, grain, slice) of everything that may be asked for."""
    if isinstance(goal.target, Minimum) and goal.target.each is not None:
        yield goal.metric, goal.grain, goal.target.each
        yield goal.target.of or goal.metric, goal.grain, goal.target.each
        return
    yield goal.metric, "week", ""
    if not isinstance(goal.target, Minimum):
        yield goal.metric, goal.grain, ""
    if goal.measure == "total":
        yield goal.metric, "day", ""
