"""How often simulated futures reach a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metrics.steering.forecasts.digits import significant
from metrics.steering.rounding import RELATIVE

if TYPE_CHECKING:
    from metrics.steering.forecasts.errors import Numbers

_LESS_IS_BETTER = ("decrease", "at_most")


@dataclass(frozen=True)
class Goal:
    """What a period was promised to come to: ``value``, or ``low`` and ``high`` for the direction ``within``."""

    direction: str
    value: float | None
    low: float | None
    high: float | None

    @property
    def text(self) -> str:
        """All that it says, to be hashed."""
        return f"{self.direction} {significant(self.value)} {significant(self.low)} {significant(self.high)}"

    def chance(self, samples: Numbers) -> float | None:
        """Return the share of samples that reach it, None for a goal without a number."""
        if self.direction == "within":
            if self.low is None or self.high is None:
                return None
            return float(np.mean((samples >= self.low - _same(self.low)) & (samples <= self.high + _same(self.high))))
        if self.value is None:
            return None
        if self.direction in _LESS_IS_BETTER:
            return float(np.mean(samples <= self.value + _same(self.value)))
        return float(np.mean(samples >= self.value - _same(self.value)))


def _same(target: float) -> float:
    """By how much a number may miss a target that it is said to meet, as where statuses are judged."""
    return RELATIVE * abs(target)
