"""How two series go together, and how often chance alone would have them do so."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from math import atanh, inf, sqrt
from statistics import NormalDist


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Pearson's r of two series of the same length, from −1 to 1; None where one of them does not vary."""
    if len(one) != len(other):
        raise ValueError(f"series of {len(one)} and {len(other)} values are no pairs")
    try:
        return max(-1.0, min(1.0, statistics.correlation(one, other)))
    except statistics.StatisticsError:
        return None


def chance(r: float, n: float) -> float:
    """The two-sided probability of a correlation at least as strong between ``n`` independent pairs.

    By Fisher's z: atanh(r) × √(n − 3) is normal (R. A. Fisher, Metron 1, 1921). ``n`` need not be whole; with fewer
    than 4 pairs it is 1.
    """
    if n < 4:
        return 1.0
    z = inf if abs(r) >= 1 else atanh(abs(r)) * sqrt(n - 3)
    return 2 * NormalDist().cdf(-z)
