"""Which column of which state counts a KPI's input rows by day."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from metrics.compiler.errors import RefusalError
from metrics.compiler.formulas import Conversion, Fact, Formula, Leaf
from metrics.compiler.inputs import topic_of
from metrics.compiler.keep import aggregates
from metrics.compiler.keep.states import States
from metrics.compiler.manifest import ManifestIndex, find_dimension

# What a semantic model says in config.meta whose rows do not come day by day: the semantic models whose rows do, that
# its own are made of; none where a day without rows means nothing.
META = "input_days"


@dataclass(frozen=True, order=True)
class Count:
    """The rows of an input by day: a column of the totals of a state."""

    topic: str
    model: str
    column: str


def counts(formula: Formula, index: ManifestIndex, kept: States) -> tuple[Count, ...]:
    """The counts of a formula's inputs, each once, sorted, asking ``kept`` for every column that they need.

    Raises RefusalError for semantic models that are not there.
    """
    found: dict[str, Count] = {}
    for leaf in formula.leaves:
        for counted in _counted(leaf, index):
            state = kept.of(counted)
            topic = topic_of(counted.fact, counted.condition)
            found.setdefault(topic, Count(topic, state.model, aggregates.present(state, counted, state.keep)))
    return tuple(sorted(found.values()))


def _counted(leaf: Leaf, index: ManifestIndex) -> Iterator[Leaf]:
    yield from _own(leaf, index)
    if isinstance(leaf.reading, Conversion):
        of_conversions = replace(
            leaf, fact=leaf.reading.fact, semantic_model=leaf.reading.semantic_model, condition=None, reading=None
        )
        yield from _own(of_conversions, index)


def _own(leaf: Leaf, index: ManifestIndex) -> Iterator[Leaf]:
    config = index.models[leaf.semantic_model].config
    given = config.meta.get(META) if config else None
    if given is None and leaf.fact.grain == "day":
        yield leaf
    for name in given or ():
        yield replace(leaf, fact=_fact(leaf, name, index), semantic_model=name, condition=None, reading=None)


def _fact(leaf: Leaf, name: str, index: ManifestIndex) -> Fact:
    model = index.models.get(name)
    day = model.defaults.agg_time_dimension if model and model.defaults else None
    dimension = find_dimension(model, day) if model and day else None
    if model is None or dimension is None:
        feature = f"{META} of {leaf.semantic_model}: {name!r} is no semantic model with an agg_time_dimension"
        raise RefusalError(leaf.metric, feature)
    return Fact(model.node_relation.alias, dimension.expr or dimension.name)
