"""What days cannot be merged into: aggregates computed for whole periods from the fact's rows."""

from metrics.compiler.formulas import Column, Fact, Snapshot
from metrics.compiler.keep.aggregates import Aggregate, add
from metrics.compiler.keep.sources import PRESENT, Sliced, Source, named_input


class PeriodState(Source, Sliced):
    """What is kept of one fact per period and slice value: of all its rows, or of each group's first or last day."""

    kind = "periods"

    def __init__(self, fact: Fact, condition: Column | None, snapshot: Snapshot | None, suffix: str):
        groups = snapshot.groups if snapshot else ()
        read = (*groups, *((condition,) if condition else ()))
        Sliced.__init__(self, fact, tuple(join for column in read for join in column.joins))
        self.condition = condition
        self.snapshot = snapshot
        self.suffix = suffix
        self.inputs: dict[str, str] = {}
        self.aggregates: dict[str, Aggregate] = {}

    @property
    def model(self) -> str:
        """Name of the dbt model."""
        return f"period_{self.cte}"

    @property
    def cte(self) -> str:
        """Name under which its periods are read."""
        return f"{self.fact.short}__{self.suffix}"

    @property
    def columns(self) -> dict[str, str]:
        """Every aggregate as it is."""
        return {name: f"state.{name}" for name in (*self.aggregates, PRESENT)}

    def input(self, name: str, sql: str, *columns: Column) -> str:
        """The name of an expression that is read from the fact."""
        for column in columns:
            self.joins.update(dict.fromkeys(column.joins))
        return named_input(self.inputs, name, sql)

    def keep(self, aggregate: Aggregate) -> str:
        """The column of an aggregate."""
        return PRESENT if aggregate.name == PRESENT else add(self.aggregates, aggregate)
