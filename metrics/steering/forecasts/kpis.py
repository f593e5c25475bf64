"""Which KPIs are forecast, and what they are promised to come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from metrics.calendar import GRAINS, Grain
from metrics.steering.forecasts.chances import Goal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_KPIS = """
    select kpi, unit, direction, review_grain, coalesce(matures_after_days, 0), lifecycle = 'active'
    from mart.kpi_catalog where kind = 'kpi' and lifecycle <> 'retired' order by kpi
"""
_TARGETS = """
    select kpi, grain, period_start, value, low, high, spread is null, set_at
    from mart.kpi_targets where slice = ''
"""


@dataclass(frozen=True)
class Promise:
    """The target of a period; ``is_own`` where it was promised for this grain, and not spread from a coarser one."""

    goal: Goal
    is_own: bool
    set_at: date


@dataclass(frozen=True)
class Kpi:
    """A KPI that is active or a draft, with the targets of its total by grain and first day of the period."""

    name: str
    unit: str
    direction: str
    review: Grain
    matures_after: int
    is_active: bool
    promises: Mapping[tuple[Grain, date], Promise]

    def grains(self) -> list[Grain]:
        """Return the grain of its review and those that it has promises of, the finest first."""
        asked = {self.review, *(grain for (grain, _), promise in self.promises.items() if promise.is_own)}
        return [grain for grain in GRAINS if grain in asked]


def read_kpis(con: DuckDBPyConnection) -> list[Kpi]:
    """Read every KPI that is not retired, by name."""
    rows = con.execute(_KPIS).fetchall()
    promises: dict[str, dict[tuple[Grain, date], Promise]] = {name: {} for name, *_ in rows}
    directions = {name: direction for name, _, direction, *_ in rows}
    for name, grain, start, value, low, high, is_own, set_at in con.execute(_TARGETS).fetchall():
        if name in promises:
            goal = Goal(directions[name], value, low, high)
            promises[name][grain, start] = Promise(goal, is_own, set_at or start)
    return [Kpi(*row, promises=promises[row[0]]) for row in rows]
