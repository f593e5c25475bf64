"""Which model tells the futures of a series, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metrics.steering.forecasts.naive import growing, naive
from metrics.steering.forecasts.smoothing import best_smoothing

if TYPE_CHECKING:
    from numpy.random import Generator

    from metrics.steering.forecasts.errors import Numbers


@dataclass(frozen=True)
class Simulated:
    """``paths`` has a row per step ahead and a column per future; ``method`` names the model."""

    paths: Numbers
    method: str


def simulate(values: Numbers, season: int, steps: int, rng: Generator) -> Simulated | None:
    """Simulate the futures of a series without gaps; None if it is too short for anything.

    Exponential smoothing and last season's values plus growth compete by the error that is to be expected; where
    history is too short for both, the last season or the last value is repeated. ``season`` is the number of periods
    after which a pattern returns, 1 for none.
    """
    is_constant = len(values) > 0 and np.ptp(values) == 0
    models = [] if is_constant else [best_smoothing(values, season), growing(values, season)]
    able = [model for model in models if model] or [model for model in [naive(values, season)] if model]
    if not able:
        return None
    best = min(able, key=lambda model: model.expected_square)
    return Simulated(best.simulate(steps, rng), best.method)
