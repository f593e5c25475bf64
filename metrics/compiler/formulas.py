"""What a metric comes to, resolved: plain frozen data between the manifest and the SQL."""

from collections.abc import Iterator
from dataclasses import dataclass

from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType
from sqlglot import exp

from metrics.compiler.windows import Offset, Window


@dataclass(frozen=True)
class Join:
    """A many-to-one join from a fact to the model of an entity.

    ``topic`` is where changes of the joined rows are logged, by the joined key.
    """

    model: str
    alias: str
    fact_key: str
    key: str
    topic: str | None


@dataclass(frozen=True)
class Column:
    """An SQL expression over a fact and the rows joined to it."""

    sql: str
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True)
class Fact:
    """A fact model read by one of its day columns; ``grain`` is coarser than day where the column names a period."""

    model: str
    day: str
    grain: str = "day"

    @property
    def state(self) -> str:
        """Name of the model that holds its daily aggregates."""
        return f"state_{self.short}"

    @property
    def short(self) -> str:
        """Name for a CTE: fact and day column."""
        return f"{self.model.removeprefix('fct_')}__{self.day}"

    @property
    def topic(self) -> str:
        """Where the fact logs the days that a run touched."""
        return f"{self.model}.{self.day}"


@dataclass(frozen=True)
class Cumulative:
    """A measure over the days of a window; a period takes the ``first``, ``last`` or ``average`` of its days."""

    window: Window
    period_agg: str


@dataclass(frozen=True)
class Snapshot:
    """A measure that does not add up over days: a period takes its rows on the ``first`` or ``last`` day with any.

    With ``groups`` each group has its own such day.
    """

    choice: str
    groups: tuple[Column, ...] = ()

    @property
    def name(self) -> str:
        """Suffix of what is named for it."""
        return f"{self.choice}_day"


@dataclass(frozen=True)
class Quantile:
    """The share of rows below the value, between two rows unless ``discrete``."""

    share: float
    discrete: bool = False


@dataclass(frozen=True)
class Conversion:
    """Rows of another fact that follow the leaf's rows (its base) within a window.

    The leaf's ``fact`` and ``condition`` are of the base, its ``agg`` and ``column`` of the rows that follow. Each of
    these is credited to the latest base row of the same ``key`` (and ``properties``) in the window that ends on its
    day. Both sides of a pair: the base's column, the conversion's.
    """

    semantic_model: str
    fact: Fact
    key: tuple[Column, Column]
    properties: tuple[tuple[Column, Column], ...]
    window: Window


Reading = Cumulative | Snapshot | Quantile | Conversion


@dataclass(frozen=True)
class Leaf:
    """One aggregate of one fact: a metric with every filter on its way.

    ``name`` is its column in the state, ``words`` what people call it. ``reading`` is None for what simply adds up
    over days. ``fill`` replaces NULL; ``spine`` asks for a total row on covered days without fact rows. ``offset``
    says of which other period the value is.
    """

    metric: str
    words: str
    semantic_model: str
    fact: Fact
    agg: AggregationType
    column: Column
    condition: Column | None
    name: str
    fill: int | None
    spine: bool
    reading: Reading | None = None
    approximate: bool = False
    offset: Offset | None = None

    @property
    def counts(self) -> bool:
        """True if the aggregate counts rows or keys, so that its value is a sample size."""
        one = self.agg is AggregationType.SUM and self.column.sql == "1"
        plain = self.reading is None and self.offset is None
        return plain and (
            one or self.agg in (AggregationType.COUNT, AggregationType.SUM_BOOLEAN, AggregationType.COUNT_DISTINCT)
        )

    @property
    def leaves(self) -> Iterator["Leaf"]:
        """Itself."""
        yield self


@dataclass(frozen=True)
class Ratio:
    """One formula divided by another; NULL where the denominator is 0."""

    numerator: "Formula"
    denominator: "Formula"

    @property
    def leaves(self) -> Iterator[Leaf]:
        """The aggregates it is made of."""
        yield from self.numerator.leaves
        yield from self.denominator.leaves


@dataclass(frozen=True, eq=False)
class Derived:
    """An expression over other formulas, by the names that it uses."""

    expression: exp.Expr
    inputs: dict[str, "Formula"]

    @property
    def leaves(self) -> Iterator[Leaf]:
        """The aggregates it is made of."""
        for formula in self.inputs.values():
            yield from formula.leaves


Formula = Leaf | Ratio | Derived
