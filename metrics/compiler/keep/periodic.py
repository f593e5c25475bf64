"""What days cannot be merged into: aggregates computed for whole periods from the fact's rows."""

from metrics.compiler.formulas import Column, Fact, Snapshot
from metrics.compiler.keep.sources import PRESENT, Aggregated, Source


class PeriodState(Source, Aggregated):
    """What is kept of one fact per period and slice value: of all its rows, or of each group's first or last day."""

    kind = "periods"

    def __init__(self, fact: Fact, condition: Column | None, snapshot: Snapshot | None, suffix: str):
        groups = snapshot.groups if snapshot else ()
        read = (*groups, *((condition,) if condition else ()))
        super().__init__(fact, tuple(join for column in read for join in column.joins))
        self.condition = condition
        self.snapshot = snapshot
        self.suffix = suffix

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
