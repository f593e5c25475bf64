"""The scale on which a KPI varies alike whether it is high or low, and the bounds that it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metrics.steering.forecasts.series import Value

if TYPE_CHECKING:
    from metrics.steering.forecasts.errors import Numbers

# Units in which growth and seasons are factors, so that logarithms vary alike; those of shares and scores
# are differences.
_OF_FACTORS = ("count", "currency", "days", "hours", "seconds", "ratio")


@dataclass(frozen=True)
class Bounds:
    """The least and the most that a value can be."""

    least: float
    most: float

    def keep(self, values: Numbers) -> Numbers:
        """Move values beyond the bounds onto them."""
        return np.clip(values, self.least, self.most)


def is_of_factors(unit: str, values: Numbers) -> bool:
    """Whether a series is better looked at as logarithms: never for one that reached zero."""
    return unit in _OF_FACTORS and bool(np.all(values > 0))


def bounds_of(unit: str, history: Sequence[Value]) -> Bounds:
    """Tell by the unit and by what was seen: what was never negative stays so, and a part of a whole below 1."""
    is_never_negative = unit != "score" and all(value.value >= 0 for value in history)
    is_share = unit == "percent" and all(_is_part(value) for value in history)
    return Bounds(0.0 if is_never_negative else -np.inf, 1.0 if is_share else np.inf)


def _is_part(value: Value) -> bool:
    if value.numerator is None or value.denominator is None:
        return False
    return 0 <= value.numerator <= value.denominator and 0 <= value.value <= 1
