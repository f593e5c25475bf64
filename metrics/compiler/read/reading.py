"""SQL that reads a leaf's value from the sources of a period, before fills."""

from collections.abc import Callable
from dataclasses import replace

from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType

from metrics.compiler.formulas import Cumulative, Leaf
from metrics.compiler.keep import aggregates
from metrics.compiler.keep.aggregates import Inputs, Read
from metrics.compiler.keep.conversion import ConversionState
from metrics.compiler.keep.cumulative import CumulativeDistinct, CumulativeState
from metrics.compiler.keep.periodic import PeriodState
from metrics.compiler.keep.sources import PRESENT, Source
from metrics.compiler.keep.states import States


def sources(kept: States, leaf: Leaf) -> tuple[Source, ...]:
    """Where a leaf is read: what has all its periods first, then what follows that."""
    found = [kept.at_offset(kept.primary(leaf), leaf)]
    follower = kept.follower(leaf)
    if follower is not None:
        found.append(kept.at_offset(follower, leaf))
    if leaf.spine and (leaf.offset is not None or isinstance(kept.primary(leaf), PeriodState)):
        found.insert(0, _covered(kept, leaf))
    return tuple(found)


def present(kept: States, leaf: Leaf) -> str:
    """The condition under which a period and slice value has rows of the leaf."""
    primary = kept.primary(leaf)
    passing = PRESENT if isinstance(primary, PeriodState) else aggregates.present(kept.of(leaf), leaf, primary.keep)
    rows = f"{kept.at_offset(primary, leaf).cte}.{passing} > 0"
    return f"({rows} or {_covered(kept, leaf).cte}.slice = '')" if leaf.spine else rows


def _covered(kept: States, leaf: Leaf) -> Source:
    """What has a total row in every period that the leaf's fact covers."""
    primary = kept.primary(leaf)
    return kept.of(leaf) if isinstance(primary, PeriodState) else primary


def value(kept: States, leaf: Leaf) -> str:
    """SQL of a leaf's value."""
    follower = kept.follower(leaf)
    if follower is None:
        return _finished(kept, leaf, aggregates.value, leaf.name)
    if isinstance(follower, ConversionState):
        return f"{kept.at_offset(follower, leaf).cte}.{follower.value}"
    column = "distinct_count"
    if isinstance(follower, CumulativeDistinct) and isinstance(leaf.reading, Cumulative):
        exists = f"(state.{PRESENT} > 0 or state.slice = '')" if leaf.spine else f"state.{PRESENT} > 0"
        column = follower.pick(column, f"state.{column}", leaf.reading.period_agg, exists)
    return f"coalesce({kept.at_offset(follower, leaf).cte}.{column}, 0)"


def total(kept: States, leaf: Leaf) -> str:
    """SQL of the sum of a leaf's column."""
    return _finished(kept, leaf, aggregates.total, f"{leaf.name}_total")


def rows(kept: States, leaf: Leaf) -> str:
    """SQL of the number of non-null rows that a leaf aggregates."""
    follower = kept.follower(leaf)
    if follower is None:
        return _finished(kept, leaf, aggregates.rows, f"{leaf.name}_sample")
    column = PRESENT
    if isinstance(follower, CumulativeDistinct) and isinstance(leaf.reading, Cumulative):
        column = follower.pick(PRESENT, f"state.{PRESENT}", leaf.reading.period_agg, f"state.{PRESENT} > 0")
    return f"coalesce({kept.at_offset(follower, leaf).cte}.{column}, 0)"


def divides(leaf: Leaf) -> bool:
    """True if the value is a sum over a count of the period: it has a numerator and a denominator."""
    return leaf.agg is AggregationType.AVERAGE and not isinstance(leaf.reading, Cumulative)


_Finish = Callable[[Inputs, Leaf, Read], str]


def _finished(kept: States, leaf: Leaf, finish: _Finish, name: str) -> str:
    """A measure over the aggregates of the leaf's primary source; a cumulative one is finished for each day."""
    primary = kept.primary(leaf)
    cte = kept.at_offset(primary, leaf).cte
    if isinstance(primary, PeriodState):
        return finish(primary, _unfiltered(leaf), lambda aggregate: f"{cte}.{primary.keep(aggregate)}")
    if not isinstance(primary, CumulativeState) or not isinstance(leaf.reading, Cumulative):
        return finish(kept.of(leaf), leaf, lambda aggregate: f"{cte}.{primary.keep(aggregate)}")
    daily = finish(kept.of(leaf), leaf, lambda aggregate: f"state.{primary.keep(aggregate)}")
    exists = f"state.{aggregates.present(kept.of(leaf), leaf, primary.keep)} > 0"
    if leaf.spine:
        daily = daily if leaf.fill is None else f"coalesce({daily}, {leaf.fill})"
        exists = f"({exists} or state.slice = '')"
    return f"{cte}.{primary.pick(name, daily, leaf.reading.period_agg, exists)}"


def _unfiltered(leaf: Leaf) -> Leaf:
    """The leaf without its condition: its rows were chosen by it already."""
    return replace(leaf, condition=None)
