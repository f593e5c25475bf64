"""What a KPI's values are read from: a model's rows merged into periods, under the name of a CTE."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from metrics.calendar import GRAINS
from metrics.compiler.formulas import Column, Fact, Join
from metrics.compiler.keep.aggregates import Aggregate, add
from metrics.compiler.windows import Offset

PRESENT = "row_count"


class Source(ABC):
    """A CTE with one row per period, slice and slice value.

    ``kind`` says how the template merges the model's rows. ``join`` is how it meets the KPI's other sources: ``full``,
    as a period may have rows in any of them, or ``left`` where it follows one that has every period that it has.
    """

    kind: ClassVar[str] = "days"
    join: str = "full"

    @property
    @abstractmethod
    def model(self) -> str:
        """Name of the dbt model."""

    @property
    @abstractmethod
    def cte(self) -> str:
        """Name under which its periods are read."""

    @property
    def offset(self) -> Offset | None:
        """Of which other period its values are; None for its own."""
        return None

    @property
    @abstractmethod
    def columns(self) -> Mapping[str, str]:
        """Merged columns: name → SQL over the period's rows, each called ``state``."""


class Sliced:
    """What is kept by slices of a fact, with the joins that they need."""

    def __init__(self, fact: Fact, joins: tuple[Join, ...] = ()):
        self.fact = fact
        self.slices: dict[str, Column] = {}
        self.joins: dict[Join, None] = dict.fromkeys(joins)

    def add_slice(self, name: str, column: Column) -> bool:
        """Keep it by one more slice; False if the name stands for another column already."""
        if self.slices.setdefault(name, column) != column:
            return False
        self.joins.update(dict.fromkeys(column.joins))
        return True


class Aggregated(Sliced):
    """Aggregates of a fact by slices, and the expressions over its rows that they read."""

    def __init__(self, fact: Fact, joins: tuple[Join, ...] = ()):
        super().__init__(fact, joins)
        self.inputs: dict[str, str] = {}
        self.aggregates: dict[str, Aggregate] = {}

    def input(self, name: str, sql: str, *columns: Column) -> str:
        """The name of an expression that is read from the fact: once, however many ask."""
        for column in columns:
            self.joins.update(dict.fromkeys(column.joins))
        return named_input(self.inputs, name, sql)

    def keep(self, aggregate: Aggregate) -> str:
        """The column of an aggregate."""
        return PRESENT if aggregate.name == PRESENT else add(self.aggregates, aggregate)


class State(Source, Aggregated):
    """What is kept of one fact per day and slice value."""

    @property
    def model(self) -> str:
        """Name of the dbt model."""
        return self.fact.state

    @property
    def cte(self) -> str:
        """Name under which its merged periods are read."""
        return self.fact.short

    @property
    def columns(self) -> dict[str, str]:
        """Every aggregate, merged."""
        return merged(self.aggregates)


def named_input(inputs: dict[str, str], name: str, sql: str) -> str:
    """The name of an expression among ``inputs``, which it joins if it is new; a taken name gets a number."""
    for known, expression in inputs.items():
        if expression == sql:
            return known
    name = unique = f"{name}_value" if _RESERVED.fullmatch(name) else name
    while unique in inputs:
        unique = f"{name}_{len(inputs) + 1}"
    inputs[unique] = sql
    return unique


_RESERVED = re.compile(rf"day|grain|period_start|(slice|group)(_\w+)?|{PRESENT}|run_id|window_start")


def merged(aggregates: Mapping[str, Aggregate]) -> dict[str, str]:
    """Column → SQL over the rows of a period, the count of rows last."""
    columns = {name: aggregate.merge.format(f"state.{name}") for name, aggregate in aggregates.items()}
    return {**columns, PRESENT: f"sum(state.{PRESENT})"}


class DistinctState(Source, Sliced):
    """First-in-period flags of one key of a fact, per day and slice value."""

    join = "left"
    value: ClassVar[str] = "distinct_count"

    def __init__(self, fact: Fact, key: Column, condition: Column | None, suffix: str):
        Sliced.__init__(self, fact, (*key.joins, *(condition.joins if condition else ())))
        self.key = key
        self.condition = condition
        self.suffix = suffix

    @property
    def model(self) -> str:
        """Name of the dbt model."""
        return f"{self.fact.state}__{self.suffix}"

    @property
    def cte(self) -> str:
        """Name under which its merged periods are read."""
        return f"{self.fact.short}__{self.suffix}"

    @property
    def columns(self) -> dict[str, str]:
        """The different keys of a period: its days' flags of the period's grain."""
        margin = "\n" + " " * 16
        flags = margin.join(f"when '{grain}' then state.distinct_{grain}" for grain in GRAINS)
        count = f"sum({margin[:-4]}case periods.grain{margin}{flags}{margin[:-4]}end{margin[:-8]})"
        return {self.value: count, PRESENT: f"sum(state.{PRESENT})"}


class SnapshotSource(Source):
    """A state's rows on one day of the period: the first or last on which rows pass the filter, in any slice."""

    kind = "snapshot"

    def __init__(self, state: State, choice: str, passing: str):
        self.state = state
        self.choice = choice
        self.passing = passing
        self._kept: dict[str, Aggregate] = {}

    @property
    def model(self) -> str:
        """Name of the state's dbt model."""
        return self.state.model

    @property
    def cte(self) -> str:
        """Name under which its merged periods are read."""
        filtered = "" if self.passing == PRESENT else f"__{self.passing.removesuffix('__present')}"
        return f"{self.state.cte}{filtered}__{self.choice}_day"

    @property
    def columns(self) -> dict[str, str]:
        """The aggregates that are asked of it, merged over the one day."""
        return merged(self._kept)

    def keep(self, aggregate: Aggregate) -> str:
        """The column of an aggregate."""
        name = self.state.keep(aggregate)
        if name != PRESENT:
            self._kept[name] = self.state.aggregates[name]
        return name


class OffsetSource(Source):
    """Another source's values of another period."""

    kind = "offset"

    def __init__(self, of: Source, offset: Offset):
        self.of = of
        self._offset = offset
        self.join = of.join

    @property
    def offset(self) -> Offset:
        """Of which other period its values are."""
        return self._offset

    @property
    def model(self) -> str:
        """The model of the source that it is an offset of."""
        return self.of.model

    @property
    def cte(self) -> str:
        """Name under which it is read."""
        return f"{self.of.cte}__{self.offset.name}"

    @property
    def columns(self) -> Mapping[str, str]:
        """Those of the source that it is an offset of, by the name ``earlier``."""
        return {name: f"earlier.{name}" for name in self.of.columns}


class DayOffset(OffsetSource):
    """Values of days, each moved on by the offset before a period picks among them."""

    kind = "days"

    @property
    def columns(self) -> Mapping[str, str]:
        """Those of the source that it is an offset of."""
        return self.of.columns
