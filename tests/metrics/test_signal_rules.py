"""What charts find in series that were made by hand: changes, new levels, and nothing in noise."""

from datetime import date, timedelta
from math import sin
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.steering.signals.expected import steady_series
from metrics.steering.signals.phases import Phase, find_phases, find_signals, phase_of
from metrics.steering.signals.xmr import Limits, natural_limits

pytestmark = pytest.mark.fast

MONDAY = date(2024, 1, 1)
FROM_ZERO = Limits(0, -10, 10)


def found(values, rule, limits=FROM_ZERO):
    """Where a rule is fulfilled, and upwards (1) or downwards (−1)."""
    signals = find_signals(values, [Phase(0, 0, limits)])
    return [(signal.index, signal.side) for signal in signals if signal.rule == rule]


def series(values, days=7):
    return {MONDAY + timedelta(days=days * index): value for index, value in enumerate(values)}


def noise(number, level=100.0, spread=5.0, seed=0):
    random = Random(seed)
    return [random.gauss(level, spread) for _ in range(number)]


def test_a_value_beyond_a_limit_is_a_signal_and_one_on_it_is_not():
    assert found([10, -10, 10.1, -10.1, 0], "beyond_limits") == [(2, 1), (3, -1)]


def test_the_eighth_value_in_a_row_on_one_side_and_each_one_after_it_is_a_signal():
    assert found([-1, *[1] * 7, -1, *[1] * 9], "run_of_eight") == [(16, 1), (17, 1)]


def test_a_value_on_the_centre_ends_a_run():
    assert found([*[1] * 7, 0, *[1] * 7], "run_of_eight") == []


def test_what_differs_from_the_centre_by_rounding_only_lies_on_it():
    values = [0.1 + 0.2] * 20
    assert list(find_signals(values, [Phase(0, 0, natural_limits([0.3] * 20))])) == []


def test_three_of_four_nearer_to_one_limit_than_to_the_centre_are_a_signal():
    assert found([6, 0, 6, 6], "three_of_four") == [(3, 1)]
    assert found([-6, -6, 0, -6], "three_of_four") == [(3, -1)]


def test_a_value_half_way_to_the_limit_or_on_the_other_side_does_not_count():
    assert found([6, 5, 6, 5], "three_of_four") == []
    assert found([6, -6, 6, -6], "three_of_four") == []
    assert found([6, 6, 6, 1], "three_of_four") == [(2, 1)]


def test_a_value_beyond_the_limit_counts_as_near_it():
    assert found([11, 1, 6, 6], "three_of_four") == [(3, 1)]


def test_a_series_that_stays_where_it_is_has_one_phase():
    phases = find_phases(noise(100))
    assert [phase.start for phase in phases] == [0]
    assert phases[0].limits == natural_limits(noise(100)[:48])


def test_a_new_level_begins_where_twelve_values_in_a_row_begin_to_keep_to_it():
    values = [*[12, 10] * 12, *[20, 22] * 10]
    first, second = find_phases(values)
    assert (first.start, second.start, second.known) == (0, 24, 35)
    assert first.limits == Limits(11, 11 - 2.66 * 2, 11 + 2.66 * 2)
    assert second.limits == Limits(21, 21 - 2.66 * 2, 21 + 2.66 * 2)


def test_limits_are_not_dragged_by_the_change_that_they_show():
    before, after = noise(30), noise(11, level=160, seed=1)
    (phase,) = find_phases([*before, *after])
    assert phase.limits.upper < 130
    beyond = [s.index for s in find_signals([*before, *after], [phase]) if s.rule == "beyond_limits"]
    assert beyond == list(range(30, 41))


def test_what_proved_a_new_level_stays_a_signal_and_values_after_it_are_none():
    values = [*[12, 10] * 12, *[14, 15] * 20]
    signals = list(find_signals(values, find_phases(values)))
    assert [(s.index, s.side) for s in signals if s.rule == "level_shift"] == [(24, 1)]
    assert [s.index for s in signals if s.rule == "run_of_eight"] == [31, 32, 33, 34]
    assert max(s.index for s in signals) == 34
    (shift,) = (s for s in signals if s.rule == "level_shift")
    assert (shift.was.centre, shift.limits.centre) == (11, 14.5)


def test_eleven_values_elsewhere_are_a_run_and_no_new_level():
    values = [*[12, 10] * 12, *[14, 15] * 5, 14, *[10, 12] * 6]
    assert [phase.start for phase in find_phases(values)] == [0]


def test_a_value_is_judged_alike_whatever_follows_once_the_baseline_is_full():
    values = [*noise(96), *noise(20, level=125, seed=3)]
    for end in range(97, 116):
        early = {(s.index, s.rule) for s in find_signals(values[:end], find_phases(values[:end]))}
        late = {(s.index, s.rule) for s in find_signals(values, find_phases(values)) if s.index < end}
        assert early - {(96, "level_shift")} == late - {(96, "level_shift")}


def test_noise_has_few_signals():
    """About one value in sixty: 0.3 % beyond the limits by chance, more as limits are estimated, and runs."""
    signalled = total = 0
    for seed in range(100):
        values = noise(104, seed=seed)
        signalled += len({s.index for s in find_signals(values, find_phases(values))})
        total += len(values)
    print(f"{signalled} of {total} values of pure noise signal ({signalled / total:.1%})")
    assert signalled / total < 0.03


def test_sundays_are_no_signal_of_a_shop_that_is_quiet_on_sundays():
    week = [100, 110, 120, 130, 140, 150, 20]
    random = Random(5)
    steady = steady_series(series([week[day % 7] * random.gauss(1, 0.03) for day in range(140)], days=1), "day")
    assert steady.basis == "weekday"
    assert steady.scales[6] == pytest.approx(20 / 110, rel=0.05)
    assert [s for s in find_signals(steady.values, find_phases(steady.values)) if s.rule == "beyond_limits"] == []


def test_a_weekday_without_trade_is_on_no_chart():
    values = series([0 if day % 7 == 6 else 50 + day % 5 for day in range(140)], days=1)
    steady = steady_series(values, "day")
    assert {start.weekday() for start in steady.starts} == set(range(6))


def test_weekdays_of_values_that_may_be_negative_differ_by_a_sum():
    values = series([(-30 if day % 7 == 6 else 5) + sin(day * 1.7) for day in range(140)], days=1)
    steady = steady_series(values, "day")
    assert steady.offsets[6] - steady.offsets[0] == pytest.approx(-35, abs=1)


def test_days_are_not_charted_before_weekdays_are_known():
    assert steady_series(series(noise(39), days=1), "day") is None
    assert steady_series(series(noise(40), days=1), "day") is not None


def test_eleven_values_make_no_chart():
    assert steady_series(series(noise(11)), "week") is None
    assert steady_series(series(noise(12)), "week").basis == "level"


def test_a_season_that_returns_every_year_is_no_signal():
    """Sales double before Christmas, both years; this June falls by half, which only last year's June can tell."""
    year = [100, 95, 105, 100, 98, 102, 99, 101, 104, 120, 180, 210]
    random = Random(7)
    months = [date(2023 + index // 12, index % 12 + 1, 1) for index in range(36)]
    values = {month: year[month.month - 1] * random.gauss(1.1 ** (month.year - 2023), 0.02) for month in months}
    values[date(2025, 6, 1)] *= 0.5
    steady = steady_series(values, "month")
    assert (steady.basis, len(steady.values)) == ("year_ago", 24)
    signals = find_signals(steady.values, find_phases(steady.values))
    beyond = {steady.starts[s.index] for s in signals if s.rule == "beyond_limits"}
    assert date(2025, 6, 1) in beyond
    assert not {start for start in beyond if start.month >= 10}


def test_growth_all_the_time_is_a_trend_and_no_signal():
    values = series([100 + 3 * index + value for index, value in enumerate(noise(48, level=0, spread=6, seed=2))])
    steady = steady_series(values, "week")
    assert steady.basis == "trend"
    assert len(find_phases(steady.values, steady.ranges)) == 1
    last = steady.in_unit(47, natural_limits(steady.values))
    assert last.centre == pytest.approx(100 + 3 * 47, abs=5)


def test_one_step_is_a_new_level_and_no_trend():
    values = series([*noise(24, seed=4), *noise(24, level=140, seed=5)])
    steady = steady_series(values, "week")
    assert steady.basis == "level"
    assert [phase.start for phase in find_phases(steady.values)] == [0, 24]


@pytest.mark.parametrize("values", [[0.0] * 60, [0.3] * 60, [0.0] * 30 + [1.0] * 30])
def test_values_that_do_not_vary_are_charted_without_a_fault(values):
    for grain, days in (("day", 1), ("week", 7)):
        steady = steady_series(series(values, days), grain)
        if steady is not None:
            list(find_signals(steady.values, find_phases(steady.values, steady.ranges)))


def test_rare_events_have_limits_though_mostly_nothing_happens():
    """Nobody leaves in most months: the first ones, without anybody, would put everything else beyond their limits."""
    random = Random(9)
    leavers = [0.0] * 9 + [float(random.random() < 0.3) for _ in range(27)]
    steady = steady_series(series(leavers), "week")
    signals = find_signals(steady.values, find_phases(steady.values, steady.ranges))
    assert [s for s in signals if s.rule == "beyond_limits"] == []


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9), st.sampled_from([0.0, 1.0])), max_size=140),
    grain=st.sampled_from([("day", 1), ("week", 7)]),
)
def test_whatever_the_values_every_limit_is_on_its_side_and_every_signal_on_a_value(values, grain):
    name, days = grain
    steady = steady_series({day: value for day, value in series(values, days).items() if value is not None}, name)
    if steady is None:
        return
    phases = find_phases(steady.values, steady.ranges)
    for index in range(len(steady.values)):
        limits = steady.in_unit(index, phases[phase_of(phases, index) - 1].limits)
        assert limits.lower <= limits.centre <= limits.upper
    assert [phase.start for phase in phases] == sorted({phase.start for phase in phases})
    signals = [(found.index, found.rule) for found in find_signals(steady.values, phases)]
    assert len(signals) == len(set(signals))
    assert all(0 <= index < len(steady.values) for index, _ in signals)
