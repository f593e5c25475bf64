"""All that a set of formulas asks to be kept, and from which of it each leaf is read."""

from collections.abc import Iterator

from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType

from metrics.compiler.errors import RefusalError
from metrics.compiler.formulas import Column, Conversion, Cumulative, Fact, Leaf, Quantile, Snapshot
from metrics.compiler.keep import aggregates
from metrics.compiler.keep.conversion import ConversionState
from metrics.compiler.keep.cumulative import CumulativeDistinct, CumulativeState
from metrics.compiler.keep.periodic import PeriodState
from metrics.compiler.keep.sources import DayOffset, DistinctState, OffsetSource, Sliced, SnapshotSource, Source, State
from metrics.compiler.windows import Offset, Window

Kept = State | DistinctState | CumulativeState | CumulativeDistinct | PeriodState | ConversionState
_Key = tuple[Fact, Column, Column | None]


class States:
    """The models of a compilation and what is read from them, grown by what formulas ask."""

    def __init__(self) -> None:
        self.additive: dict[Fact, State] = {}
        self.distinct: dict[_Key, DistinctState] = {}
        self.cumulative: dict[tuple[Fact, Window], CumulativeState] = {}
        self.cumulative_distinct: dict[tuple[_Key, Window], CumulativeDistinct] = {}
        self.periodic: dict[tuple[Fact, Column | None, Snapshot | None], PeriodState] = {}
        self.conversions: dict[tuple[_Key, AggregationType, Conversion], ConversionState] = {}
        self._snapshots: dict[str, SnapshotSource] = {}
        self._offsets: dict[tuple[str, Offset], OffsetSource] = {}

    def of(self, leaf: Leaf) -> State:
        """The additive state that a leaf's rows are counted in; raises RefusalError if its name is another fact's."""
        for fact in self.additive:
            if fact.state == leaf.fact.state and fact != leaf.fact:
                feature = f"{leaf.fact.topic} by {leaf.fact.grain}, and {fact.topic} by {fact.grain} for another metric"
                raise RefusalError(leaf.metric, feature)
        return self.additive.setdefault(leaf.fact, State(leaf.fact))

    def primary(self, leaf: Leaf) -> "State | CumulativeState | SnapshotSource | PeriodState":
        """What tells in which periods the leaf has rows, and holds its aggregates."""
        if isinstance(leaf.reading, Quantile) or (isinstance(leaf.reading, Snapshot) and leaf.reading.groups):
            return self._periodic_of(leaf, leaf.reading if isinstance(leaf.reading, Snapshot) else None)
        state = self.of(leaf)
        if isinstance(leaf.reading, Cumulative):
            key = (leaf.fact, leaf.reading.window)
            return self.cumulative.setdefault(key, CumulativeState(state, leaf.reading.window)).covering(leaf.spine)
        if isinstance(leaf.reading, Snapshot):
            source = SnapshotSource(state, leaf.reading.choice, aggregates.present(state, leaf, state.keep))
            return self._snapshots.setdefault(source.cte, source)
        return state

    def _periodic_of(self, leaf: Leaf, snapshot: Snapshot | None) -> PeriodState:
        key = (leaf.fact, leaf.condition, snapshot)
        if key not in self.periodic:
            self.periodic[key] = PeriodState(*key, suffix=self._free(leaf.fact, leaf.name))
        return self.periodic[key]

    def follower(self, leaf: Leaf) -> DistinctState | CumulativeDistinct | ConversionState | None:
        """Where the value lies if aggregates that add up cannot hold it."""
        if isinstance(leaf.reading, Conversion):
            return self._conversions_of(leaf, leaf.reading)
        if leaf.agg is not AggregationType.COUNT_DISTINCT or leaf.approximate:
            return None
        key = (leaf.fact, leaf.column, leaf.condition)
        if isinstance(leaf.reading, Cumulative):
            window = leaf.reading.window
            if (key, window) not in self.cumulative_distinct:
                self.cumulative_distinct[key, window] = CumulativeDistinct(*key, self._suffix(leaf), window)
            return self.cumulative_distinct[key, window].covering(leaf.spine)
        if key not in self.distinct:
            self.distinct[key] = DistinctState(*key, suffix=self._suffix(leaf))
        return self.distinct[key]

    def _conversions_of(self, leaf: Leaf, conversion: Conversion) -> ConversionState:
        key = ((leaf.fact, leaf.column, leaf.condition), leaf.agg, conversion)
        if key not in self.conversions:
            taken = {state.name for state in self.conversions.values()}
            name = leaf.name if leaf.name not in taken else f"{leaf.name}_{len(taken) + 1}"
            self.conversions[key] = ConversionState(leaf, conversion, name)
        return self.conversions[key]

    def at_offset(self, source: Source, leaf: Leaf) -> Source:
        """The source itself, or its values of the period that the leaf is of."""
        if leaf.offset is None:
            return source
        moved = DayOffset if isinstance(leaf.reading, Cumulative) and leaf.offset.count else OffsetSource
        return self._offsets.setdefault((source.cte, leaf.offset), moved(source, leaf.offset))

    def add_slice(self, leaf: Leaf, name: str, column: Column) -> None:
        """Keep what a leaf needs by one more slice."""
        primary = self.primary(leaf)
        base = self.of(leaf) if leaf.spine or not isinstance(primary, PeriodState) else None
        for kept in (base, primary, self.follower(leaf)):
            if isinstance(kept, Sliced) and not kept.add_slice(name, column):
                message = f"slice {name!r} means another column for another metric of {leaf.fact.model}"
                raise RefusalError(leaf.metric, message, slice_name=name)

    def _suffix(self, leaf: Leaf) -> str:
        """The key's column, or the measure's name where that says too little."""
        name = leaf.column.sql.removeprefix(f"{leaf.fact.model}.")
        wanted = name if name.isidentifier() and leaf.condition is None else leaf.name
        given = {key: kept.suffix for key, kept in self.distinct.items()}
        given |= {key: kept.suffix for (key, _), kept in self.cumulative_distinct.items()}
        return given.get((leaf.fact, leaf.column, leaf.condition)) or self._free(leaf.fact, wanted)

    def _free(self, fact: Fact, wanted: str) -> str:
        """The name itself, or with a number if something else is kept of the fact under it."""
        kept = (*self.distinct.values(), *self.cumulative_distinct.values(), *self.periodic.values())
        taken = {state.suffix for state in kept if state.fact.short == fact.short}
        return wanted if wanted not in taken else f"{wanted}_{len(taken) + 1}"

    @property
    def models(self) -> Iterator[tuple[str, "Kept"]]:
        """(template, what it makes a dbt model of), in the order of their names within each kind."""
        for template, kept in (
            ("state", self.additive),
            ("distinct", self.distinct),
            ("cumulative", self.cumulative),
            ("cumulative_distinct", self.cumulative_distinct),
            ("periodic", self.periodic),
            ("conversion", self.conversions),
        ):
            for item in sorted(kept.values(), key=lambda item: item.model):
                yield template, item
