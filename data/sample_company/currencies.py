"""Currencies of the shop and the ad platforms, and what a unit of each is worth."""

import numpy as np

from data.sample_company.streams import hashed

CODES = ("EUR", "GBP", "USD")
EUR, GBP, USD = range(3)
RATE_UNIT = 1_000_000
_LEVELS = np.array([1.0, 1.165, 0.905])


def rates(seed: int, days: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """EUR per unit of each row's currency on its day, in millionths (exact integers)."""
    wave = 0.025 * np.sin(days / 97.0 + codes) + 0.012 * np.sin(days / 23.0 + 2 * codes)
    noise = 0.004 * (hashed(seed, "fx", days * 4 + codes) - 0.5)
    moved = np.round(_LEVELS[codes] * (1 + wave + noise) * RATE_UNIT).astype(np.int64)
    return np.where(codes == EUR, RATE_UNIT, moved)
