"""At which grains a formula has values that do not mislead."""

from collections.abc import Sequence

from metrics.calendar import GRAINS, Grain
from metrics.compiler.errors import RefusalError
from metrics.compiler.formulas import Cumulative, Formula, Leaf
from metrics.compiler.windows import Offset


def allowed_grains(formula: Formula) -> tuple[Grain, ...]:
    """The grains at which every part of the formula is right."""
    return tuple(grain for grain in GRAINS if all(_is_right(leaf, grain) for leaf in formula.leaves))


def check_grains(leaf: Leaf, grains: Sequence[Grain]) -> None:
    """Raises RefusalError where a value of the leaf at one of the grains would mislead."""
    if leaf.offset is not None and not set(grains) <= set(_offset_grains(leaf, leaf.offset)):
        allowed = ", ".join(_offset_grains(leaf, leaf.offset)) or "no grain"
        raise RefusalError(leaf.metric, f"an offset of {leaf.offset.name} is right at {allowed} only", field="grains")
    finer = {grain for grain in grains if GRAINS.index(grain) < GRAINS.index(leaf.fact.grain)}
    if finer or (leaf.fact.grain == "week" and set(grains) != {"week"}):
        raise RefusalError(leaf.metric, f"{leaf.fact.day} is a {leaf.fact.grain}, not a day", field="grains")


def _is_right(leaf: Leaf, grain: Grain) -> bool:
    try:
        check_grains(leaf, (grain,))
    except RefusalError:
        return False
    return True


def _offset_grains(leaf: Leaf, offset: Offset) -> tuple[str, ...]:
    """The grains at which an offset moves whole periods; a start of cumulative values is that of a day."""
    return ("day",) if isinstance(leaf.reading, Cumulative) and not offset.count else offset.grains
