"""Exponential smoothing of one series: level, damped trend and season, each as far as history bears it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from metrics.steering.forecasts.errors import FUTURES, final_prediction_error, students

if TYPE_CHECKING:
    from numpy.random import Generator

    from metrics.steering.forecasts.errors import Numbers

LEAST = 10  # values that a first level needs
LEAST_SEASONS = 2  # whole ones that a season needs
LEAST_TO_DRAW = 60  # errors of which futures are made by drawing from them, instead of from Student's t
TINY = 1e-300  # added to a mean square that may be zero


@dataclass(frozen=True)
class Smoothing:
    """A fitted model of statsmodels (``ETSResults``), with its parameters, first states included, counted."""

    result: Any
    method: str
    parameters: int

    @property
    def errors(self) -> Numbers:
        """What the model missed the values by, one step ahead."""
        return self.result.resid

    @property
    def expected_square(self) -> float:
        """The square that its next error is expected to have."""
        return final_prediction_error(self.errors, self.parameters)

    @property
    def aicc(self) -> float:
        """Akaike's criterion for small samples, up to a constant; infinite for more parameters than it can bear."""
        n, k = len(self.errors), self.parameters
        if n - k - 1 <= 0:
            return np.inf
        return n * float(np.log(np.mean(self.errors**2) + TINY)) + 2 * k * n / (n - k - 1)

    def simulate(self, steps: int, rng: Generator) -> Numbers:
        """Simulate futures, a row per step ahead and a column each; errors of the past are drawn if there are many."""
        past = self.errors
        size = np.sqrt(self.expected_square)
        if len(past) >= LEAST_TO_DRAW and past.std() > 0:
            errors = rng.choice((past - past.mean()) / past.std(), size=(steps, FUTURES)) * size
        else:
            errors = students(max(len(past) - self.parameters, 1), steps, rng) * size
        return self.result.simulate(steps, anchor="end", repetitions=FUTURES, random_errors=errors)


def best_smoothing(values: Numbers, season: int) -> Smoothing | None:
    """Fit the models that the length of a series allows, and return the best by AICc; None if it is too short."""
    return min(_fits(values, season), key=lambda fit: fit.aicc) if len(values) >= LEAST else None


def level_of(values: Numbers) -> Smoothing:
    """Fit a level alone, which moves as far as the values bear out."""
    return _fit(values, season=1, trend=False)


def _fits(values: Numbers, season: int) -> Iterator[Smoothing]:
    has_season = season > 1 and len(values) >= LEAST_SEASONS * season
    for length in (1, season) if has_season else (1,):
        for trend in (False, True):
            yield _fit(values, length, trend)


def _fit(values: Numbers, season: int, trend: bool) -> Smoothing:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # pyright: ignore[reportMissingTypeStubs]

    level, slope, pattern = _first_states(values, season)
    model: Any = ETSModel(
        values,
        error="add",
        trend="add" if trend else None,
        damped_trend=trend,
        seasonal="add" if season > 1 else None,
        seasonal_periods=season if season > 1 else None,
        initialization_method="known",
        initial_level=level,
        initial_trend=slope if trend else None,
        initial_seasonal=pattern if season > 1 else None,
    )
    with warnings.catch_warnings(), _threads().limit(limits=1, user_api="blas"):
        warnings.simplefilter("ignore")  # an optimum on a bound is one
        result = model.fit(disp=False, maxiter=100)
    name = f"ets(A,{'Ad' if trend else 'N'},{'A' if season > 1 else 'N'})"
    return Smoothing(result, name, 2 + 3 * trend + season * (season > 1))


@cache
def _threads() -> Any:
    """What limits the threads of linear algebra: on matrices this small they cost more than they do."""
    from threadpoolctl import ThreadpoolController  # pyright: ignore[reportMissingTypeStubs]

    return ThreadpoolController()


def _first_states(values: Numbers, season: int) -> tuple[float, float, Numbers]:
    """Level and slope before the first value, and the season's pattern: the means of what a straight line leaves."""
    time = np.arange(len(values))
    growth = np.mean(values[season:] - values[:-season]) / season if season > 1 else 0.0
    rest = values - growth * time
    pattern = np.array([rest[place::season].mean() for place in range(season)])
    pattern -= pattern.mean()
    begin = (values - pattern[time % season])[: max(season, LEAST)]
    centred = time[: len(begin)] - time[: len(begin)].mean()
    slope = float(np.sum(centred * begin) / np.sum(centred**2))
    return float(begin.mean()), slope, pattern
