"""Whether targets were within reach, by what was known when they were set."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.metrics.forecasts_lab import ForecastsLab

pytestmark = pytest.mark.fast

MAY, JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (5, 6, 7, 8))
HISTORY = np.random.default_rng(4).normal(100, 5, 36).round(3).tolist()


@pytest.mark.parametrize(
    ("direction", "value", "verdict"),
    [
        ("increase", 60, "too_easy"),
        ("increase", 100, "attainable"),
        ("increase", 140, "not_attainable"),
        ("decrease", 140, "too_easy"),
        ("at_most", 100, "attainable"),
        ("decrease", 60, "not_attainable"),
    ],
)
def test_planted_targets_are_seen_for_what_they_are(direction: str, value: float, verdict: str) -> None:
    lab = ForecastsLab().kpi(direction=direction).values(HISTORY).target(JULY, value).goal(JULY).foresee()
    share, found, method = lab.judged(JULY)
    assert (found, method) == (verdict, "log ets(A,N,N)")
    assert lab.card()[4] == verdict
    assert {"too_easy": share > 0.95, "not_attainable": share < 0.05, "attainable": 0.05 <= share <= 0.95}[verdict]


def test_a_band_is_judged_by_the_futures_within_it() -> None:
    lab = ForecastsLab().kpi(direction="within").values(HISTORY)
    lab.target(JUNE, None, low=99.9, high=100.1).target(JULY, None, low=50, high=150).foresee()
    assert [lab.judged(month)[1] for month in (JUNE, JULY)] == ["not_attainable", "too_easy"]


def test_the_last_four_periods_that_under_way_and_the_next_are_judged() -> None:
    lab = ForecastsLab().kpi().values(HISTORY)
    for month in range(1, 13):
        lab.target(date(2026, month, 1), 100)
    lab.foresee()
    assert [month for month in range(1, 13) if lab.judged(date(2026, month, 1))[1]] == [2, 3, 4, 5, 6, 7]


def test_nothing_that_was_learned_later_counts() -> None:
    lab = ForecastsLab().kpi().values(HISTORY).target(MAY, 103).target(JUNE, 103).foresee()
    before = lab.judged(MAY), lab.judged(JUNE)
    later = ForecastsLab().kpi().values([*HISTORY[:-2], 500, 100]).target(MAY, 103).target(JUNE, 103).foresee()
    assert later.judged(MAY) == before[0]
    assert later.judged(JUNE) != before[1]


def test_values_that_had_not_matured_were_not_known() -> None:
    history = [*HISTORY[:-2], 500, 100]
    lab = ForecastsLab().kpi(matures_after_days=40).values(history).target(JUNE, 103).foresee()
    assert (
        lab.judged(JUNE)[0]
        == ForecastsLab().kpi(matures_after_days=40).values(HISTORY).target(JUNE, 103).foresee().judged(JUNE)[0]
    )


def test_a_target_that_was_set_earlier_is_judged_by_less() -> None:
    lab = ForecastsLab().kpi().values([*HISTORY[:-2], 180, 180]).target(JUNE, 140, set_at=MAY).foresee()
    assert lab.judged(JUNE)[1] == "not_attainable"


def test_what_is_spread_has_no_history_or_is_of_a_slice_is_not_judged() -> None:
    lab = ForecastsLab().kpi().values(HISTORY).kpi("young").values([1, 2, 3], "young")
    lab.target(JULY, 100, spread="flat").target(JULY, 2, "young")
    lab.target(AUGUST, 100, slice="channel", slice_value="web").foresee()
    assert lab.judged(JULY) == (None, None, None)
    assert lab.judged(JULY, "young") == (None, None, None)
    assert lab.judged(AUGUST) == (None, None, None)


def test_the_target_of_a_draft_is_judged_too() -> None:
    lab = ForecastsLab().kpi(lifecycle="draft").values(HISTORY).target(JULY, 140).foresee()
    assert lab.judged(JULY)[1] == "not_attainable"
