"""Control limits and rules of runs equal what others published.

Sources:
- Wheeler: Donald J. Wheeler, *Making Sense of Data: SPC for the Service Sector*, SPC Press, 2003; not from the book
  itself, but as the tests of the Python library statprocon (https://github.com/mattmccormick/statprocon) give its data,
  its results ("in book") and where they stand in it.
- NIST: NIST/SEMATECH, *e-Handbook of Statistical Methods*, section 6.3.2.2, Individuals Control Charts
  (https://www.itl.nist.gov/div898/handbook/pmc/section3/pmc322.htm).
"""

from itertools import pairwise
from statistics import fmean

import pytest

from metrics.steering.signals.phases import Phase, find_signals
from metrics.steering.signals.xmr import LIMITS_IN_RANGES, moving_ranges, natural_limits, trend_line

pytestmark = pytest.mark.fast

NIST_FLOW_RATES = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
# Wheeler, page 382: the data set to verify software with.
TO_VERIFY_SOFTWARE = [5045, 4350, 4350, 3975, 4290, 4430, 4485, 4285, 3980, 3925, 3645, 3760, 3300, 3685, 3463, 5200]
# Wheeler, page 130, figure 9.9: peak flow rates before medication, mornings of days 1 to 18.
PEAK_FLOW = [120, 140, 100, 150, 260, 150, 100, 120, 300, 300, 275, 300, 140, 170, 150, 150, 190, 180]
# Wheeler, table 8.1: percentage of high school seniors who smoke daily.
SMOKERS = [21.3, 20.2, 20.9, 21.0, 18.8, 19.6, 18.7, 18.6, 18.1, 18.9, 19.2, 18.2, 17.3, 19.0]
# Wheeler, table 9.1: accident rates of two groups.
ACCIDENTS_A = [43, 40, 37, 33, 30, 33, 34, 35, 29, 33, 31, 39]
ACCIDENTS_B = [35, 37, 33, 32, 27, 29, 31, 22, 25, 30, 24, 19]
# Wheeler, section 12.3, Charts for Each Region: twenty values of regions B and D.
REGION_B = [
    1412, 1280, 1129, 1181, 1149, 1248, 1103, 1021, 1085, 1125, 910, 999, 883, 851, 997, 878, 939, 834, 688, 806,
]  # fmt: skip
REGION_D = [539, 558, 591, 556, 540, 590, 606, 643, 657, 602, 596, 640, 691, 723, 701, 802, 749, 762, 807, 781]


def broken(values, limits, rule):
    """The places of the values, from 1 as in the books, that fulfil a rule under the given limits."""
    return [found.index + 1 for found in find_signals(values, [Phase(0, 0, limits)]) if found.rule == rule]


def test_limits_of_wheelers_data_to_verify_software_with():
    limits = natural_limits(TO_VERIFY_SOFTWARE)
    assert moving_ranges(TO_VERIFY_SOFTWARE) == [695, 0, 375, 315, 140, 55, 200, 305, 55, 280, 115, 460, 385, 222, 1737]
    assert limits.centre == 4135.50
    assert round(fmean(moving_ranges(TO_VERIFY_SOFTWARE)), 2) == 355.93
    assert (round(limits.lower, 2), round(limits.upper, 2)) == (3188.72, 5082.28)
    assert broken(TO_VERIFY_SOFTWARE, limits, "beyond_limits") == [16]


def test_limits_of_nists_flow_rates_of_ten_batches():
    """NIST divides 3 by 1.128 and does not round it to 2.66: its limits are 0.0008 nearer to the centre."""
    limits = natural_limits(NIST_FLOW_RATES)
    assert limits.centre == pytest.approx(50.81)
    assert fmean(moving_ranges(NIST_FLOW_RATES)) == pytest.approx(1.8778, abs=5e-5)
    unrounded = 3 / 1.128 / LIMITS_IN_RANGES
    assert limits.centre + (limits.upper - limits.centre) * unrounded == pytest.approx(55.8041, abs=5e-5)
    assert limits.centre - (limits.centre - limits.lower) * unrounded == pytest.approx(45.8159, abs=5e-5)
    assert (limits.upper, limits.lower) == pytest.approx((55.8041, 45.8159), abs=9e-4)
    assert list(find_signals(NIST_FLOW_RATES, [Phase(0, 0, limits)])) == []  # "the process is in control"


def test_three_of_four_near_a_limit_in_wheelers_peak_flow_rates():
    """The book's limits, 43.7 and 322.5, are made of numbers rounded to one decimal before."""
    limits = natural_limits(PEAK_FLOW)
    assert round(limits.centre, 1) == 183.1
    assert round(fmean(moving_ranges(PEAK_FLOW)), 1) == 52.4
    assert (limits.lower, limits.upper) == pytest.approx((43.7, 322.5), abs=0.25)
    assert broken(PEAK_FLOW, limits, "beyond_limits") == []
    assert broken(PEAK_FLOW, limits, "three_of_four") == [11, 12]  # days 9 to 12: 300, 300, 275, 300


def test_a_run_of_eight_below_the_centre_in_wheelers_smokers():
    assert broken(SMOKERS, natural_limits(SMOKERS), "run_of_eight") == [14]  # the run is the years 7 to 14


@pytest.mark.parametrize(
    ("of", "lower", "upper", "judged", "beyond"),
    [
        (ACCIDENTS_A, 25.6, 43.9, ACCIDENTS_B, [8, 9, 11, 12]),
        (ACCIDENTS_B, 18.0, 39.3, ACCIDENTS_A, [1, 2]),
    ],
)
def test_one_groups_accidents_are_beyond_the_limits_of_the_other(of, lower, upper, judged, beyond):
    limits = natural_limits(of)
    assert (round(limits.lower, 1), round(limits.upper, 1)) == (lower, upper)
    assert broken(judged, limits, "beyond_limits") == beyond


@pytest.mark.parametrize(
    ("values", "first_half", "second_half", "step", "width"),
    [(REGION_D, 588.2, 725.2, 13.7, 93.5), (REGION_B, 1173.3, 878.4, -29.48, 272.2)],
)
def test_limits_follow_a_trend_through_the_averages_of_both_halves(values, first_half, second_half, step, width):
    line = trend_line(values)
    assert fmean(line[4:6]) == pytest.approx(first_half, abs=0.11)
    assert fmean(line[14:16]) == pytest.approx(second_half, abs=0.11)
    assert [after - before for before, after in pairwise(line)] == pytest.approx([step] * 19, abs=0.01)
    rest = natural_limits([value - trend for value, trend in zip(values, line, strict=True)], moving_ranges(values))
    assert (rest.centre, rest.upper, -rest.lower) == pytest.approx((0, width, width), abs=0.06)
