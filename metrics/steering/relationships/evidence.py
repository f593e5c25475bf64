"""How sure it is that changes of one KPI are followed by changes of another, and after how many periods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metrics.steering.correlation import chance, correlation
from metrics.steering.relationships.changes import Changes

ENOUGH_PAIRS = 15


@dataclass(frozen=True)
class Evidence:
    """The strongest correlation over some lags: at which one, how strong and between how many pairs of changes.

    ``p_value`` is the probability that chance gives one as strong at any of the lags (Bonferroni).
    """

    lag: int
    correlation: float
    n: int
    p_value: float


def pairs(leading: Changes, lagging: Changes, lag: int) -> tuple[list[float], list[float]]:
    """Changes of the one and, ``lag`` periods later, of the other."""
    both = [number for number in lagging.by_period if number - lag in leading.by_period]
    return [leading.by_period[number - lag] for number in both], [lagging.by_period[number] for number in both]


def weigh(leading: Changes, lagging: Changes, lags: Iterable[int]) -> Evidence | None:
    """Find the lag with the strongest correlation; None where no lag has 15 pairs that vary.

    The ranks of the changes have to agree as well as the changes do, so that no single period makes a relationship.
    """
    strengths = {lag: r for lag in lags if (r := _correlation(*pairs(leading, lagging, lag))) is not None}
    if not strengths:
        return None
    sizes = {lag: len(pairs(leading, lagging, lag)[0]) for lag in strengths}
    independent = {lag: size * _independent_share(leading, lagging, size) for lag, size in sizes.items()}
    best = min(strengths, key=lambda lag: chance(strengths[lag], independent[lag]))
    of_ranks = correlation(*(_ranks(each) for each in pairs(leading, lagging, best))) or 0.0
    weaker = min(abs(strengths[best]), abs(of_ranks) if of_ranks * strengths[best] > 0 else 0.0)
    p_value = min(1.0, chance(weaker, independent[best]) * len(strengths))
    return Evidence(best, strengths[best], sizes[best], p_value)


def discovery_rates(p_values: Sequence[float]) -> list[float]:
    """The share of chance among all that are at most as probable as each (Benjamini and Hochberg, 1995)."""
    order = sorted(range(len(p_values)), key=lambda place: -p_values[place])
    rates, least = [1.0] * len(p_values), 1.0
    for behind, place in enumerate(order):
        least = min(least, p_values[place] * len(p_values) / (len(p_values) - behind))
        rates[place] = least
    return rates


def _correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    return correlation(one, other) if len(one) >= ENOUGH_PAIRS else None


def _independent_share(leading: Changes, lagging: Changes, n: int) -> float:
    """How many independent pairs each pair is worth, as both series echo: at most 1.

    Source: Pyper and Peterman, Canadian Journal of Fisheries and Aquatic Sciences 55 (1998), after Bartlett (1946).
    """
    shared = sum(
        (1 - lag / n) * one * other
        for lag, (one, other) in enumerate(zip(leading.echoes, lagging.echoes, strict=True), start=1)
    )
    return 1 / max(1.0, 1 + 2 * shared)


def _ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 0; equal values share the mean of theirs."""
    ordered = sorted(values)
    first = {value: place for place, value in reversed(list(enumerate(ordered)))}
    last = {value: place for place, value in enumerate(ordered)}
    return [(first[value] + last[value]) / 2 for value in values]
