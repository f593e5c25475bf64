"""The state tables that a set of formulas needs, and under which column each aggregate is found in them."""

from dataclasses import dataclass, field
from typing import ClassVar

from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType

from metrics.compiler.errors import RefusalError
from metrics.compiler.formulas import Column, Fact, Join, Leaf

_RESERVED = {"day", "slice", "slice_value", "row_count", "run_id"}


@dataclass(frozen=True)
class Aggregate:
    """A column of a state: ``sql`` over a day's rows, ``merge`` over the days of a period, ``empty`` without rows."""

    name: str
    sql: str
    merge: str
    empty: str


@dataclass
class State:
    """What is kept of one fact per day and slice value.

    ``join`` is how a KPI's other states are joined to its first: a period may have rows in any of the facts.
    """

    join: ClassVar[str] = "full"
    fact: Fact
    inputs: dict[str, str] = field(default_factory=dict[str, str])
    aggregates: dict[str, Aggregate] = field(default_factory=dict[str, Aggregate])
    slices: dict[str, Column] = field(default_factory=dict[str, Column])
    joins: dict[Join, None] = field(default_factory=dict[Join, None])

    @property
    def model(self) -> str:
        """Name of the dbt model."""
        return self.fact.state

    @property
    def cte(self) -> str:
        """Name under which its merged periods are read."""
        return self.fact.short

    def add_slice(self, metric: str, name: str, column: Column) -> None:
        """Keep the state by one more slice."""
        if self.slices.setdefault(name, column) != column:
            raise RefusalError(metric, f"slice {name!r} means another column for another metric of {self.fact.model}")
        self.joins.update(dict.fromkeys(column.joins))

    def input(self, name: str, sql: str, *columns: Column) -> str:
        """The name of an expression that is read from the fact: once, however many ask; a taken name gets a number."""
        for column in columns:
            self.joins.update(dict.fromkeys(column.joins))
        for known, expression in self.inputs.items():
            if expression == sql:
                return known
        name = unique = f"{name}_value" if name in _RESERVED else name
        while unique in self.inputs:
            unique = f"{name}_{len(self.inputs) + 1}"
        self.inputs[unique] = sql
        return unique

    def aggregate(self, name: str, sql: str, merge: str = "sum", empty: str = "0") -> str:
        """The column of an aggregate, as the values read it."""
        self.aggregates.setdefault(name, Aggregate(name, sql, merge, empty))
        return f"{self.cte}.{name}"


@dataclass
class DistinctState:
    """First-in-period flags of one key of a fact, per day and slice value.

    ``join``: it follows the additive state of its fact, which has every period that it has.
    """

    join: ClassVar[str] = "left"
    fact: Fact
    key: Column
    condition: Column | None
    suffix: str
    slices: dict[str, Column] = field(default_factory=dict[str, Column])
    joins: dict[Join, None] = field(default_factory=dict[Join, None])

    @property
    def model(self) -> str:
        """Name of the dbt model."""
        return f"{self.fact.state}__{self.suffix}"

    @property
    def cte(self) -> str:
        """Name under which its merged periods are read."""
        return f"{self.fact.short}__{self.suffix}"


class States:
    """All states of a compilation, grown by what formulas ask of them."""

    def __init__(self) -> None:
        self.additive: dict[Fact, State] = {}
        self.distinct: dict[tuple[Fact, Column, Column | None], DistinctState] = {}

    def of(self, leaf: Leaf) -> State:
        """The additive state that a leaf's rows are counted in."""
        return self.additive.setdefault(leaf.fact, State(leaf.fact))

    def distinct_of(self, leaf: Leaf) -> DistinctState:
        """The distinct counts of a leaf's key."""
        key = (leaf.fact, leaf.column, leaf.condition)
        if key not in self.distinct:
            self.distinct[key] = DistinctState(*key, suffix=self._suffix(leaf), joins=_joins(leaf))
        return self.distinct[key]

    def add_slice(self, leaf: Leaf, name: str, column: Column) -> None:
        """Keep what a leaf needs by one more slice."""
        self.of(leaf).add_slice(leaf.metric, name, column)
        if leaf.agg is AggregationType.COUNT_DISTINCT:
            state = self.distinct_of(leaf)
            state.slices[name] = column
            state.joins.update(dict.fromkeys(column.joins))

    def _suffix(self, leaf: Leaf) -> str:
        """The key's column, or the measure's name where that says too little."""
        name = leaf.column.sql.removeprefix(f"{leaf.fact.model}.")
        plain = name.isidentifier() and leaf.condition is None
        wanted = name if plain else leaf.name
        taken = {state.model for state in self.distinct.values()}
        return wanted if f"{leaf.fact.state}__{wanted}" not in taken else f"{wanted}_{len(taken) + 1}"


def _joins(leaf: Leaf) -> dict[Join, None]:
    return dict.fromkeys(leaf.condition.joins if leaf.condition else ())


def present(states: States, leaf: Leaf) -> str:
    """The condition under which a period and slice value has rows of the leaf."""
    state = states.of(leaf)
    rows = f"{state.cte}.row_count > 0"
    if leaf.condition is not None:
        passes = state.input(f"{leaf.name}__passes", leaf.condition.sql, leaf.condition)
        column = state.aggregate(passes.replace("__passes", "__present"), f"count(case when {passes} then 1 end)")
        rows = f"{column} > 0"
    return f"({rows} or {state.cte}.slice = '')" if leaf.spine else rows


def value(states: States, leaf: Leaf) -> str:
    """SQL of a leaf's merged value, before fills."""
    state = states.of(leaf)
    if leaf.agg is AggregationType.COUNT_DISTINCT:
        return f"coalesce({states.distinct_of(leaf).cte}.distinct_count, 0)"
    name = _input(state, leaf)
    if leaf.agg is AggregationType.COUNT:
        return state.aggregate(f"{name}_count", f"count({name})")
    if leaf.agg is AggregationType.SUM_BOOLEAN:
        return state.aggregate(f"{name}_count", f"count(case when {name} then 1 end)")
    if leaf.agg is AggregationType.AVERAGE:
        return f"cast({total(states, leaf)} as double) / nullif({rows(states, leaf)}, 0)"
    if leaf.agg in (AggregationType.MIN, AggregationType.MAX):
        function = leaf.agg.value
        return state.aggregate(f"{name}_{function}", f"{function}({name})", merge=function, empty="null")
    return total(states, leaf)


def total(states: States, leaf: Leaf) -> str:
    """SQL of the sum of a leaf's column."""
    state = states.of(leaf)
    name = _input(state, leaf)
    return state.aggregate(f"{name}_sum", f"sum({name})", empty="null")


def rows(states: States, leaf: Leaf) -> str:
    """SQL of the number of non-null rows that a leaf aggregates."""
    if leaf.agg is AggregationType.COUNT_DISTINCT:
        return f"coalesce({states.distinct_of(leaf).cte}.row_count, 0)"
    state = states.of(leaf)
    name = _input(state, leaf)
    suffix = "count" if leaf.agg is AggregationType.COUNT else "rows"
    return state.aggregate(f"{name}_{suffix}", f"count({name})")


def _input(state: State, leaf: Leaf) -> str:
    """The leaf's column as the fact CTE gives it: NULL for rows that a filter drops."""
    if leaf.condition is None:
        return state.input(leaf.name, leaf.column.sql)
    sql = f"case when {leaf.condition.sql} then {leaf.column.sql} end"
    return state.input(leaf.name, sql, leaf.condition)
