"""Days of the week on which nothing happens, because the company does not work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from metrics.steering.forecasts.errors import Numbers

    Flags = NDArray[np.bool_]

SEASONS = 8  # in a row with nothing at a place, while most of the other places have something


def open_periods(values: Numbers, season: int, steps: int) -> Flags:
    """Tell of each period of a series, and of as many steps after it, whether something can happen in it."""
    last = values[-SEASONS * season :]
    place = np.arange(len(values) + steps) % season
    if season == 1 or len(last) < SEASONS * season:
        return np.ones(len(place), dtype=bool)
    places = place[len(values) - len(last) : len(values)]
    shut = np.array([not last[places == number].any() for number in range(season)])
    busy = last[~shut[places]]
    is_known = 2 * np.count_nonzero(busy) > len(busy)
    return ~shut[place] if is_known else np.ones(len(place), dtype=bool)


def without_values(row: Sequence[float | None], season: int) -> frozenset[int]:
    """Places of a season at which a series had no value eight times in a row, while most of the others had one."""
    last = row[-SEASONS * season :]
    if season == 1 or len(last) < SEASONS * season:
        return frozenset()
    begin = len(row) - len(last)
    there = {(begin + number) % season for number, value in enumerate(last) if value is not None}
    found = frozenset(range(season)) - there
    others = [value for number, value in enumerate(last) if (begin + number) % season not in found]
    return found if 2 * others.count(None) < len(others) else frozenset()


def with_closed(paths: Numbers, is_open: Flags) -> Numbers:
    """Put zeros where nothing can happen between the simulated steps, a row each, in which something can."""
    whole = np.zeros((len(is_open), paths.shape[1]))
    whole[is_open] = paths
    return whole
