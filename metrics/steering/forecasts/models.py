"""Simulated futures of one series: exponential smoothing where history allows it, seasonal naive where it is short."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

FUTURES = 2000
LEAST = 4  # values, below which nothing is said
LEAST_TO_SMOOTH = 10  # values, below which no model is fitted
LEAST_SEASONS = 2  # whole ones that a seasonal model needs
LEAST_TO_DRAW = 60  # errors of which futures are made by drawing from them, instead of from Student's t
TINY = 1e-300  # added to a mean square that may be zero


@dataclass(frozen=True)
class Simulated:
    """``paths`` has a row per step ahead and a column per future; ``method`` names the model."""

    paths: Numbers
    method: str


@dataclass(frozen=True)
class _Fit:
    result: Any  # statsmodels' ETSResults
    method: str
    parameters: int

    @property
    def errors(self) -> Numbers:
        """What the model missed the values by, one step ahead."""
        return self.result.resid

    @property
    def aicc(self) -> float:
        """Akaike's criterion for small samples, up to a constant; infinite for more parameters than it can bear."""
        n, k = len(self.errors), self.parameters
        if n - k - 1 <= 0:
            return np.inf
        return n * float(np.log(np.mean(self.errors**2) + TINY)) + 2 * k * n / (n - k - 1)


def simulate(values: Numbers, season: int, steps: int, rng: Generator) -> Simulated | None:
    """Simulate the futures of a series without gaps; None if it is too short for anything.

    ``season`` is the number of periods after which its pattern returns, 1 for none.
    """
    if len(values) < LEAST:
        return None
    if np.ptp(values) == 0 or len(values) < LEAST_TO_SMOOTH:
        return _naive(values, season, steps, rng)
    fit = min(_fits(values, season), key=lambda fit: fit.aicc)
    errors = _errors(fit, steps, rng)
    return Simulated(fit.result.simulate(steps, anchor="end", repetitions=FUTURES, random_errors=errors), fit.method)


def _fits(values: Numbers, season: int) -> Iterator[_Fit]:
    """The models that the length of a series allows: with and without a damped trend, with and without a season."""
    seasons = [1] if season == 1 or len(values) < LEAST_SEASONS * season else [1, season]
    for length in seasons:
        for trend in (False, True):
            yield _fit(values, length, trend)


def _fit(values: Numbers, season: int, trend: bool) -> _Fit:
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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = model.fit(disp=False, maxiter=100)
    name = f"ets(A,{'Ad' if trend else 'N'},{'A' if season > 1 else 'N'})"
    return _Fit(result, name, 2 + 3 * trend + season * (season > 1))


def _first_states(values: Numbers, season: int) -> tuple[float, float, Numbers]:
    """Level and slope before the first value, and the season's pattern: the means of what a straight line leaves."""
    time = np.arange(len(values))
    growth = np.mean(values[season:] - values[:-season]) / season if season > 1 else 0.0
    rest = values - growth * time
    pattern = np.array([rest[place::season].mean() for place in range(season)])
    pattern -= pattern.mean()
    begin = (values - pattern[time % season])[: max(season, LEAST_TO_SMOOTH)]
    centred = time[: len(begin)] - time[: len(begin)].mean()
    slope = float(np.sum(centred * begin) / np.sum(centred**2))
    return float(begin.mean()), slope, pattern


def _errors(fit: _Fit, steps: int, rng: Generator) -> Numbers:
    """Errors to come: those of the past, widened by Akaike's final prediction error (n + k) / (n − k).

    The errors of a fit are too small twice: its parameters were chosen to make them so, and are not the true ones.
    Akaike (1969), Fitting autoregressive models for prediction.
    """
    past = fit.errors
    n, k = len(past), fit.parameters
    free = max(n - k, 1)
    scale = np.sqrt((n + k) / free)
    if n >= LEAST_TO_DRAW:
        return rng.choice(past - past.mean(), size=(steps, FUTURES)) * scale
    return rng.standard_t(free, size=(steps, FUTURES)) * np.sqrt(np.mean(past**2)) * scale


def _naive(values: Numbers, season: int, steps: int, rng: Generator) -> Simulated:
    """The value a season before, or the last one, plus errors as large as those of doing so in the past."""
    is_seasonal = season > 1 and len(values) >= season + LEAST
    lag = season if is_seasonal else 1
    past = values[lag:] - values[:-lag]
    errors = rng.standard_t(len(past), size=(steps, FUTURES)) * np.sqrt(np.mean(past**2))
    paths = np.empty((steps, FUTURES))
    for step in range(steps):
        before = paths[step - lag] if step >= lag else np.full(FUTURES, values[len(values) - lag + step])
        paths[step] = before + errors[step]
    return Simulated(paths, "seasonal_naive" if is_seasonal else "naive")
