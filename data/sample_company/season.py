"""How much happens when: growth, season, week day and hour."""

from datetime import date

import numpy as np

from data.sample_company.clock import DAY, HOUR, day_number, day_of

SHOPPING_WEEK = (0.92, 0.90, 0.93, 1.00, 1.18, 1.22, 0.85)  # Monday first
BROWSING_WEEK = (1.04, 1.02, 1.00, 0.99, 0.95, 0.94, 1.06)
WORKING_WEEK = (1.32, 1.22, 1.18, 1.12, 1.04, 0.62, 0.50)
OFFICE_WEEK = (1.40, 1.40, 1.40, 1.35, 1.25, 0.12, 0.08)

SHOPPING_HOURS = (6, 4, 3, 2, 2, 3, 8, 18, 34, 50, 62, 70, 72, 62, 52, 50, 58, 70, 82, 88, 80, 62, 38, 18)
OFFICE_HOURS = (2, 1, 1, 1, 1, 2, 6, 20, 60, 95, 100, 95, 85, 60, 62, 80, 85, 75, 55, 35, 25, 16, 9, 4)

_MID_MONTH = (1.02, 0.92, 0.94, 0.97, 1.0, 1.0, 0.97, 0.84, 0.98, 1.03, 1.15, 1.30)


def _black_friday(year: int) -> int:
    first = day_number(date(year, 11, 1))
    return first + (4 - day_of(first).weekday()) % 7 + 21


def season(days: np.ndarray) -> np.ndarray:
    """The year's swing per day number, about 1 on average, with its Black Friday and quiet Christmas days."""
    dates = [day_of(day) for day in days]
    position = np.array([d.month - 1 + (d.day - 15) / 30.5 for d in dates])
    swing = np.interp(position, np.arange(-1, 13), (_MID_MONTH[-1], *_MID_MONTH, _MID_MONTH[0]))
    from_friday = days - np.array([_black_friday(d.year) for d in dates])
    swing = swing * (1 + 1.3 * np.exp(-((from_friday / 1.6) ** 2)))
    quiet = np.array([(d.month, d.day) in {(12, 25), (1, 1), (1, 6)} for d in dates])
    return np.where(quiet, 0.35 * swing, swing)


def weights(days: np.ndarray, week: tuple[float, ...], growth: float = 0.18, swing: float = 1.0) -> np.ndarray:
    """Share of the whole that each day carries (they sum to 1); ``growth`` a year, ``swing`` 0 flattens the season."""
    weekday = np.asarray(week)[(days + 3) % 7]
    shape = weekday * (1 + growth) ** ((days - days[0]) / 365.0) * season(days) ** swing
    return shape / shape.sum()


def moments(rng: np.random.Generator, days: np.ndarray, counts: np.ndarray, hours: tuple[int, ...]) -> np.ndarray:
    """Sorted local moments, ``counts`` of them on each of ``days``, spread over the day as ``hours`` says."""
    edges = np.concatenate([[0.0], np.cumsum(hours)]) / np.sum(hours)
    in_day = np.interp(rng.random(int(counts.sum())), edges, np.arange(25)) * HOUR
    drawn = np.repeat(days, counts) * DAY + in_day.astype(np.int64)
    return np.sort(drawn)
