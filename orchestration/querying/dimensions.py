"""Which of a metric's dimensions and entities a name means."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from orchestration.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orchestration.querying.semantic_layer import GroupBy


class Dimensions:
    """What a KPI's metric can be grouped and filtered by.

    A name is the metric's own dimension, else its own entity, else what lies one join away, else two: as a slice of a
    contract is. MetricFlow's spelling, ``customer__segment``, always means that one.
    """

    def __init__(self, kpi: str, offered: Iterable[GroupBy]) -> None:
        self._kpi = kpi
        self._offered = {item.name: item for item in offered}

    def named(self, option: str, name: str) -> GroupBy:
        """Return what a name means.

        Raises:
            UsageError: it means nothing, or several things alike; the message lists what it could be.
        """
        if name in self._offered:
            return self._offered[name]
        meant = self._meant(name)
        if len(meant) == 1:
            return meant[0]
        if meant:
            spelled = ", ".join(sorted(item.name for item in meant))
            raise UsageError(f"{option} {name}: is ambiguous for {self._kpi}; use one of {spelled}")
        raise UsageError(
            f"{option} {name}: is not a dimension of {self._kpi}; use one of {', '.join(self._near(name))}"
        )

    def _meant(self, name: str) -> list[GroupBy]:
        same = [item for item in self._offered.values() if item.element == name]
        nearest = min(map(_distance, same), default=0)
        return [item for item in same if _distance(item) == nearest]

    def _near(self, name: str) -> list[str]:
        """Every name that means one thing, as short as it can be, the most alike first."""
        short = sorted(item.element if self._meant(item.element) == [item] else item.name for item in self._all())
        alike = get_close_matches(name, short, n=3)
        return [*alike, *(other for other in short if other not in alike)]

    def _all(self) -> Iterable[GroupBy]:
        return self._offered.values()


def _distance(item: GroupBy) -> int:
    if item.is_own:
        return 1 if item.kind == "entity" else 0
    return 1 + len(item.path)
