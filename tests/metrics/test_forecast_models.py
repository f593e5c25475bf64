"""Futures of series whose future is known: noise, a line, a season, growth, and too little history."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from metrics.steering.forecasts.models import Simulated, simulate

pytestmark = pytest.mark.fast


def futures_of(values: object, season: int = 1, steps: int = 6) -> Simulated:
    found = simulate(np.asarray(values, dtype=float), season, steps, np.random.default_rng(5))
    assert found is not None
    return found


def bounds(found: Simulated, step: int = 0) -> tuple[float, float, float]:
    low, middle, high = np.quantile(found.paths[step], [0.1, 0.5, 0.9])
    return low, middle, high


def test_noise_goes_on_about_its_mean_as_wide_as_it_was() -> None:
    noise = np.random.default_rng(1).normal(100, 5, 400)
    found = futures_of(noise)
    assert found.method == "ets(A,N,N)"
    for step in range(6):
        low, middle, high = bounds(found, step)
        assert middle == pytest.approx(100, abs=1)
        assert high - low == pytest.approx(np.ptp(np.quantile(noise, [0.1, 0.9])), rel=0.1)
    assert np.mean(found.paths[0] >= 105) == pytest.approx(np.mean(noise >= 105), abs=0.03)


def test_a_line_goes_on() -> None:
    line = 10 + 2 * np.arange(48) + np.random.default_rng(2).normal(0, 0.5, 48)
    found = futures_of(line)
    assert found.method == "ets(A,Ad,N)"
    for step in range(6):
        assert bounds(found, step)[1] == pytest.approx(10 + 2 * (48 + step), abs=2)


def test_a_week_returns_day_by_day() -> None:
    week = np.array([100, 90, 95, 105, 140, 180, 60])
    found = futures_of(np.tile(week, 30) + np.random.default_rng(3).normal(0, 3, 210), 7, 14)
    assert found.method == "ets(A,N,A)"
    assert np.median(found.paths, axis=1) == pytest.approx(np.tile(week, 2), abs=4)


def test_two_years_are_enough_to_repeat_the_last_and_let_it_grow() -> None:
    year = np.array([100, 110, 150, 90, 60, 70, 80, 120, 130, 110, 180, 200])
    found = futures_of([*year, *(year + 12)], 12, 12)
    assert found.method == "seasonal_naive + ets(A,N,N)"
    assert np.median(found.paths, axis=1) == pytest.approx(year + 24)


def test_a_short_history_repeats_its_last_season_and_a_shorter_one_its_last_value() -> None:
    eight = [1, 5, 2, 8, 2, 4, 3, 9]
    seasons, alone = futures_of(eight, 4, 5), futures_of(eight[:7], 4, 2)
    assert (seasons.method, alone.method) == ("seasonal_naive", "naive")
    assert np.median(seasons.paths, axis=1) == pytest.approx([2, 4, 3, 9, 2], abs=0.01)
    assert np.median(alone.paths, axis=1) == pytest.approx([3, 3], abs=0.01)


def test_a_naive_interval_is_as_wide_as_its_own_past_errors() -> None:
    low, _, high = bounds(futures_of([10, 12, 9, 14, 11], steps=1))
    square = (2**2 + 3**2 + 5**2 + 3**2) / 4
    reach = stats.t.ppf(0.9, 4) * np.sqrt(square)
    assert (low, high) == pytest.approx((11 - reach, 11 + reach), rel=0.05)


def test_what_never_changed_stays_and_three_values_say_nothing() -> None:
    assert np.unique(futures_of([7] * 30).paths).tolist() == [7]
    assert simulate(np.array([1.0, 2.0, 3.0]), 1, 3, np.random.default_rng(5)) is None


@pytest.mark.parametrize("length", [12, 24])
def test_four_of_five_outcomes_are_within_the_interval_though_history_is_short(length: int) -> None:
    random = np.random.default_rng(length)
    held = []
    for _ in range(300):
        series = random.normal(100, 10, length + 3)
        found = futures_of(series[:length], steps=3)
        held += [bounds(found, step)[0] <= series[length + step] <= bounds(found, step)[2] for step in range(3)]
    assert np.mean(held) == pytest.approx(0.8, abs=0.05)
