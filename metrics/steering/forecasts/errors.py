"""How large the next error of a model is to be expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]

FUTURES = 2000


def final_prediction_error(errors: Numbers, parameters: int) -> float:
    """Return the mean square of past errors × (n + k) ÷ (n − k), for n errors of a model of k parameters.

    The errors of a fit are too small twice: its parameters were chosen to make them so, and are not the true ones.
    Akaike (1969), Fitting autoregressive models for prediction.
    """
    n = len(errors)
    return float(np.mean(errors**2)) * (n + parameters) / max(n - parameters, 1)


def students(free: int, steps: int, rng: Generator) -> Numbers:
    """Draw errors by Student's t of so many degrees of freedom, each with its opposite: the middle is no chance."""
    drawn = rng.standard_t(free, size=(steps, FUTURES // 2))
    return np.concatenate([drawn, -drawn], axis=1)
