"""Cumulative metrics: for every day, what the days of a window that ends on it come to."""

from typing import Self

from metrics.compiler.formulas import Column, Fact
from metrics.compiler.keep.aggregates import Aggregate
from metrics.compiler.keep.sources import PRESENT, Sliced, Source, State, named_input
from metrics.compiler.windows import Window

_PICKS = {
    "first": "first({sql} order by state.day) filter (where {exists})",
    "last": "first({sql} order by state.day desc) filter (where {exists})",
    "average": "avg({sql}) filter (where {exists})",
}


class _Picked(Source):
    """Columns of a period that are picked from its days: only days whose window holds rows exist."""

    def __init__(self) -> None:
        self._picked: dict[str, str] = {}
        self.covers = False

    def covering(self, covers: bool) -> Self:
        """Itself; with ``covers`` every day from the first row on has a total, rows in its window or not."""
        self.covers = self.covers or covers
        return self

    def pick(self, name: str, sql: str, period_agg: str, exists: str) -> str:
        """The column for a period's first, last or average day of an expression, of the days that exist.

        Both ``sql`` and ``exists`` are over the day's row (``state``).
        """
        return named_input(self._picked, f"{name}__{period_agg}", _PICKS[period_agg].format(sql=sql, exists=exists))


class CumulativeState(_Picked):
    """A state's aggregates over a window, per day and slice value."""

    def __init__(self, state: State, window: Window):
        super().__init__()
        self.state = state
        self.window = window
        self.aggregates: dict[str, Aggregate] = {}

    @property
    def model(self) -> str:
        """Name of the dbt model."""
        return f"cumulative_{self.cte}"

    @property
    def cte(self) -> str:
        """Name under which its periods are read."""
        return f"{self.state.cte}__{self.window.name}"

    @property
    def columns(self) -> dict[str, str]:
        """What was picked, and whether any day of the period has rows in its window."""
        counts = [name for name in self.aggregates if "__present" in name]
        return self._picked | {name: f"max(state.{name})" for name in (*counts, PRESENT)}

    def keep(self, aggregate: Aggregate) -> str:
        """The column of an aggregate over the window."""
        name = self.state.keep(aggregate)
        if name != PRESENT:
            self.aggregates[name] = self.state.aggregates[name]
        return name


class CumulativeDistinct(_Picked, Sliced):
    """How many different keys a fact has within a window, per day and slice value."""

    join = "left"

    def __init__(self, fact: Fact, key: Column, condition: Column | None, suffix: str, window: Window):
        _Picked.__init__(self)
        Sliced.__init__(self, fact, (*key.joins, *(condition.joins if condition else ())))
        self.key = key
        self.condition = condition
        self.suffix = suffix
        self.window = window

    @property
    def model(self) -> str:
        """Name of the dbt model."""
        return f"cumulative_{self.cte}"

    @property
    def cte(self) -> str:
        """Name under which its periods are read."""
        return f"{self.fact.short}__{self.suffix}__{self.window.name}"

    @property
    def columns(self) -> dict[str, str]:
        """What was picked."""
        return self._picked | {PRESENT: f"max(state.{PRESENT})"}
