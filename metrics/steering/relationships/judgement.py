"""What the values say of a pair of KPIs: confirmed, doubted, found, or that there are too few of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import Literal

from metrics.calendar import GRAINS, Grain
from metrics.steering.relationships.changes import Changes, changes
from metrics.steering.relationships.evidence import Evidence, discovery_rates, pairs, weigh

Verdict = Literal["confirmed", "doubted", "too_short", "found"]
# At most one in twenty of the relationships that are confirmed, and of those that are found, is chance.
_CHANCE = 0.05
_LAGS: dict[Grain, int] = {"week": 12, "month": 6, "quarter": 4, "year": 2}
_SIGNS = {"increase": 1, "at_least": 1, "decrease": -1, "at_most": -1}


@dataclass(frozen=True)
class Kpi:
    """What is declared of an active KPI."""

    name: str
    label_en: str
    label_es: str
    timing: str | None
    direction: str | None
    review_grain: Grain
    drives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relationship:
    """A pair of KPIs at a grain; ``evidence`` is None where the ``changes`` that both have are too few."""

    leading: Kpi
    lagging: Kpi
    grain: Grain
    changes: int
    evidence: Evidence | None
    is_declared: bool

    @property
    def verdict(self) -> Verdict:
        """What the values say: ``found`` is what nobody declared."""
        if self.evidence is None:
            return "too_short"
        if self.is_sure and not self.is_declared:
            return "found"
        return "confirmed" if self.is_sure and not self.is_against else "doubted"

    @property
    def is_sure(self) -> bool:
        """Whether chance alone hardly gives as strong a correlation."""
        return self.evidence is not None and self.evidence.p_value <= _CHANCE

    @property
    def is_against(self) -> bool:
        """Whether the one gets better where the other gets worse; a KPI that stays within a band does neither."""
        sign = _SIGNS.get(self.leading.direction or "", 0) * _SIGNS.get(self.lagging.direction or "", 0)
        return self.evidence is not None and sign * self.evidence.correlation < 0


def judge(kpis: Mapping[str, Kpi], values: Mapping[tuple[str, Grain], Mapping[date, float]]) -> list[Relationship]:
    """Weigh every declared pair, and every other one of a leading and a lagging KPI.

    Each is weighed at the coarser of both review grains, weeks at least. A declared pair may move in the same period;
    another one has to lead. Their p-values are those of one family each. What was not declared is only told if found.

    Args:
        kpis: the active ones by name.
        values: of a KPI at a grain, by the start of the period.
    """
    differences = {key: changes(of, key[1]) for key, of in values.items()}
    declared = [(kpi, kpis[name]) for kpi in kpis.values() for name in kpi.drives if name in kpis]
    others = [pair for pair in product(kpis.values(), repeat=2) if _may_lead(*pair) and pair not in declared]
    found = _family([_weighed(one, other, differences, is_declared=False) for one, other in others])
    return [
        *_family([_weighed(one, other, differences, is_declared=True) for one, other in declared]),
        *(relationship for relationship in found if relationship.verdict == "found"),
    ]


def _may_lead(leading: Kpi, lagging: Kpi) -> bool:
    return leading.timing == "leading" and lagging.timing == "lagging"


def _weighed(
    leading: Kpi, lagging: Kpi, differences: Mapping[tuple[str, Grain], Changes], is_declared: bool
) -> Relationship:
    grains: tuple[Grain, ...] = ("week", leading.review_grain, lagging.review_grain)
    grain = max(grains, key=GRAINS.index)
    one, other = (differences.get((kpi.name, grain), Changes({})) for kpi in (leading, lagging))
    first = 0 if is_declared else 1
    evidence = weigh(one, other, range(first, _LAGS[grain] + 1))
    return Relationship(leading, lagging, grain, len(pairs(one, other, first)[0]), evidence, is_declared)


def _family(weighed: Sequence[Relationship]) -> Iterator[Relationship]:
    """The same with p-values that count how many pairs were looked at."""
    rates = iter(discovery_rates([each.evidence.p_value for each in weighed if each.evidence is not None]))
    for each in weighed:
        yield replace(each, evidence=each.evidence and replace(each.evidence, p_value=next(rates)))
