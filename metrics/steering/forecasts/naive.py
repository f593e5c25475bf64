"""Forecasts that repeat what was: the value of a season before, grown or not, or the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from metrics.steering.forecasts.errors import final_prediction_error, students
from metrics.steering.forecasts.smoothing import LEAST as LEAST_TO_SMOOTH
from metrics.steering.forecasts.smoothing import Smoothing, level_of

if TYPE_CHECKING:
    from numpy.random import Generator

    from metrics.steering.forecasts.errors import Numbers

LEAST = 4  # values, and changes from season to season, below which nothing is said


@dataclass(frozen=True)
class Naive:
    """The value ``lag`` periods before."""

    method: str
    values: Numbers
    lag: int

    @property
    def errors(self) -> Numbers:
        """What this would have missed the values by."""
        return self.values[self.lag :] - self.values[: -self.lag]

    @property
    def expected_square(self) -> float:
        """The square that its next error is expected to have."""
        return final_prediction_error(self.errors, 0)

    def simulate(self, steps: int, rng: Generator) -> Numbers:
        """Simulate futures, a row per step ahead and a column each, with errors as large as those of the past."""
        errors = students(len(self.errors), steps, rng) * np.sqrt(self.expected_square)
        return onto_the_last(self.values, self.lag, errors)


@dataclass(frozen=True)
class Growing:
    """The value a season before plus what values grow by in a season, of late."""

    values: Numbers
    season: int
    growth: Smoothing

    @property
    def method(self) -> str:
        """Name of the model."""
        return f"seasonal_naive + {self.growth.method}"

    @property
    def expected_square(self) -> float:
        """The square that its next error is expected to have."""
        return self.growth.expected_square

    def simulate(self, steps: int, rng: Generator) -> Numbers:
        """Simulate futures, a row per step ahead and a column each."""
        return onto_the_last(self.values, self.season, self.growth.simulate(steps, rng))


def onto_the_last(values: Numbers, lag: int, changes: Numbers) -> Numbers:
    """Add changes, a row per step ahead, to what was or will be ``lag`` periods before."""
    paths = np.empty_like(changes)
    for step, change in enumerate(changes):
        paths[step] = change + (paths[step - lag] if step >= lag else values[len(values) - lag + step])
    return paths


def naive(values: Numbers, season: int) -> Naive | None:
    """Repeat the last season, or the last value if seasons are too few; None if those are too few as well."""
    if len(values) < LEAST:
        return None
    if season > 1 and len(values) >= season + LEAST:
        return Naive("seasonal_naive", values, season)
    return Naive("naive", values, 1)


def growing(values: Numbers, season: int) -> Growing | None:
    """Repeat the last season and let it grow as it did; None if seasons are too few to tell."""
    if season == 1 or len(values) < season + LEAST_TO_SMOOTH:
        return None
    return Growing(values, season, level_of(values[season:] - values[:-season]))
