"""What segments contribute to a change: by hand, by a published example, and always summing to it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.drivers_lab import DriversLab

pytestmark = pytest.mark.fast
REST = "(unattributed)"


def effects(row):
    return (row["contribution"], row["mix_effect"], row["rate_effect"])


def test_a_rate_is_taken_apart_into_mix_and_rate_at_the_means_of_both_periods():
    lab = DriversLab().kpi()
    lab.ratio({"app": (50, 500), "web": (10, 500)}, weeks_ago=1)
    lab.ratio({"app": (24, 200), "web": (24, 800)}).explain()
    # 6 % to 4.8 %: rates 10 % to 12 % and 2 % to 3 %, weights 0.5 to 0.2 and 0.5 to 0.8, the mean of both totals 5.4 %
    assert effects(lab.drivers()["app"]) == pytest.approx((0.007 - 0.3 * (0.11 - 0.054), -0.0168, 0.35 * 0.02))
    assert effects(lab.drivers()["web"]) == pytest.approx((0.0065 + 0.3 * (0.025 - 0.054), -0.0087, 0.65 * 0.01))
    assert [row["change"] for row in lab.drivers().values()] == pytest.approx([-0.012, -0.012])
    assert [lab.drivers()[name]["rank"] for name in ("app", "web")] == [1, 2]
    assert REST not in lab.drivers()


# Deaths per 1,000 by race and age, size in thousands: P. Das Gupta, Standardization and Decomposition of Rates: A
# User's Manual, US Bureau of the Census, Current Population Reports P23-186 (1993), example 5.3.
SIZES = {
    1970: (
        *(2968, 11484, 34614, 30992, 21983, 20314, 20928, 16897, 11339, 5720, 1315),
        *(535, 2162, 6120, 4781, 3096, 2718, 2363, 1767, 1149, 448, 117),
    ),
    1985: (
        *(3041, 11577, 27450, 32711, 35480, 27411, 19555, 19795, 15254, 8022, 2472),
        *(707, 2692, 6473, 6841, 6547, 4352, 3034, 2540, 1749, 804, 236),
    ),
}
RATES = {
    1970: (
        *(18.469, 0.751, 0.391, 1.146, 1.287, 2.672, 6.636, 15.691, 34.723, 79.763, 176.837),
        *(36.993, 1.352, 0.541, 2.040, 3.523, 6.746, 12.967, 24.471, 45.091, 74.902, 123.205),
    ),
    1985: (
        *(9.163, 0.462, 0.248, 0.929, 1.084, 1.810, 4.715, 12.187, 27.728, 64.068, 157.570),
        *(17.208, 0.738, 0.328, 1.103, 2.045, 3.724, 8.052, 17.812, 34.128, 68.276, 125.161),
    ),
}


def test_mix_and_rate_effects_are_those_of_a_published_decomposition():
    lab = DriversLab().kpi(unit="ratio")
    for weeks_ago, year in enumerate((1985, 1970)):
        cells = zip(RATES[year], SIZES[year], strict=True)
        lab.ratio({f"group {i:02}": (rate * size, size) for i, (rate, size) in enumerate(cells)}, weeks_ago)
    found = lab.explain().drivers().values()
    # the rate-standardised death rates of both years; and those by age and by race, which are the mix together
    assert sum(row["rate_effect"] for row in found) == pytest.approx(8.030 - 10.258, abs=1e-3)
    assert sum(row["mix_effect"] for row in found) == pytest.approx((9.907 - 8.385) + (9.156 - 9.136), abs=2e-3)


def test_more_weight_for_a_segment_that_is_like_the_whole_changes_nothing():
    lab = DriversLab().kpi()
    lab.ratio({"app": (5, 100), "web": (4, 100), "tablet": (6, 100)}, weeks_ago=1)
    lab.ratio({"app": (50, 1000), "web": (4, 100), "tablet": (6, 100)}).explain()
    assert effects(lab.drivers()["app"]) == pytest.approx((0, 0, 0))


def test_a_segment_that_is_new_or_gone_is_all_mix():
    lab = DriversLab().kpi()
    lab.ratio({"app": (5, 100), "fax": (9, 20)}, weeks_ago=1)
    lab.ratio({"app": (5, 100), "watch": (0, 50)}).explain()
    for name in ("fax", "watch"):
        row = lab.drivers()[name]
        assert row["rate_effect"] == 0
        assert row["mix_effect"] == row["contribution"] < 0


def test_a_sum_has_contributions_and_neither_mix_nor_rate():
    lab = DriversLab().kpi(unit="currency", currency="EUR")
    lab.values({"app": 70, "fax": 5}, weeks_ago=1)
    lab.values({"app": 40, "web": 20}).explain()
    found = {name: effects(row) for name, row in lab.drivers().items()}
    assert found == {"app": (-30, None, None), "web": (20, None, None), "fax": (-5, None, None)}


def test_customers_in_two_segments_leave_a_rest_that_has_its_own_row():
    lab = DriversLab().kpi(unit="currency", currency="EUR")
    # 10 customers, of whom 2 bought on both devices; then 10, of whom 5 did
    lab.ratio({"app": (300, 6), "web": (700, 6)}, weeks_ago=1, total=(1000, 10))
    lab.ratio({"app": (300, 7), "web": (700, 8)}, total=(1000, 10)).explain()
    found = lab.drivers()
    assert found["app"]["contribution"] == pytest.approx(-0.1 * 100)
    assert found["web"]["contribution"] == pytest.approx(-0.2 * 100)
    rest = found[REST]
    assert (rest["contribution"], rest["mix_effect"], rest["rank"], rest["is_named"]) == (
        pytest.approx(30),
        None,
        None,
        False,
    )
    assert rest["change"] == 0


def test_data_that_is_called_as_the_rest_is_part_of_it():
    lab = DriversLab().kpi(unit="currency", currency="EUR")
    lab.values({"app": 10, REST: 5}, weeks_ago=1, total=16)
    lab.values({"app": 12, REST: 8}, total=25).explain()
    count = lab.con.execute("select count(*) from mart.kpi_drivers").fetchone()
    assert count == (2,), "one row a key"
    assert {name: row["contribution"] for name, row in lab.drivers().items()} == {"app": 2, REST: 7}


def test_a_median_is_weighed_by_samples_and_what_that_cannot_tell_is_the_rest():
    lab = DriversLab().kpi(unit="seconds")
    lab.values({"app": 100, "web": 200}, weeks_ago=1, total=140)
    lab.values({"app": 100, "web": 300}, total=160).explain()
    found = lab.drivers()
    assert effects(found["web"]) == pytest.approx((50, 0, 50))
    assert effects(found["app"]) == pytest.approx((0, 0, 0))
    assert found[REST]["contribution"] == pytest.approx(20 - 50)


def test_a_segment_without_a_value_of_its_own_contributes_by_its_weight():
    lab = DriversLab().kpi(unit="currency", currency="EUR")
    # what was paid for customers: those that came unpaid cost nothing, and make the others cheaper by the head
    lab.ratio({"paid": (1000, 50), "unpaid": (None, 50)}, weeks_ago=1)
    lab.ratio({"paid": (1000, 50), "unpaid": (None, 150)}).explain()
    found = lab.drivers()
    assert (found["unpaid"]["value"], found["unpaid"]["rate_effect"]) == (None, 0)
    assert found["unpaid"]["contribution"] == pytest.approx(-0.25 * 7.5)
    assert sum(row["contribution"] for row in found.values()) == pytest.approx(5 - 10)
    assert REST not in found


def test_a_change_of_which_no_segment_can_tell_anything_is_all_rest():
    silent = DriversLab().kpi()
    silent.ratio({"app": (None, None)}, weeks_ago=1, total=(10, 100))
    silent.ratio({"app": (None, None)}, total=(20, 100)).explain()
    hidden = DriversLab().kpi(min_persons=5)
    hidden.ratio({"app": (10, 100)}, weeks_ago=1)
    hidden.ratio({"web": (20, 100)}).explain()
    for lab in (silent, hidden):
        assert {name: row["contribution"] for name, row in lab.drivers().items()} == {REST: pytest.approx(0.1)}


def test_few_persons_whose_value_is_not_published_in_one_of_the_periods_are_not_told_of():
    lab = DriversLab().kpi(min_persons=5)
    lab.ratio({"app": (5, 100), "web": (9, 100)}, weeks_ago=1, total=(20, 230))
    lab.ratio({"app": (6, 100), "web": (9, 100), "shop": (4, 20), "fax": (3, 30)}, total=(22, 250)).explain()
    found = lab.drivers()
    assert set(found) == {"app", "web", REST}
    assert sum(row["contribution"] for row in found.values()) == pytest.approx(22 / 250 - 20 / 230)


def test_only_active_kpis_have_drivers_and_only_of_periods_that_are_complete_and_have_one_before():
    lab = DriversLab().kpi().kpi("draft", lifecycle="draft").kpi("views", kind="metric")
    for weeks_ago in range(60):
        for name in ("conversion", "draft", "views"):
            lab.ratio({"app": (5, 100)}, weeks_ago, kpi=name, is_complete=weeks_ago > 0)
    lab.explain()
    count = "select kpi, compare, count(*) from mart.kpi_explanations group by all order by all"
    # 59 complete weeks: the last 26 have one before, and the last 7 one 52 weeks before
    assert lab.con.execute(count).fetchall() == [("conversion", "previous", 26), ("conversion", "year_ago", 7)]


PART = st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(0, 50).map(float))
WEIGHT = st.one_of(st.none(), st.just(0.0), st.floats(0.5, 1e6), st.integers(1, 50).map(float))
NAMES = st.sampled_from(["app", "web", "fax", "(unknown)", "shop"])
RATIOS = st.dictionaries(NAMES, st.tuples(PART, WEIGHT), min_size=1)
# a segment is at most the whole, but segments may overlap, and their numerators add up to anything
TOTALS = st.tuples(st.floats(-1e6, 1e6), st.floats(1, 3))
VALUES = st.dictionaries(NAMES, st.floats(-1e6, 1e6), min_size=1)


def assert_sums(lab: DriversLab) -> None:
    found = lab.explain().drivers().values()
    change = lab.explanation()["change"]
    tolerance = 1e-9 * max(1, abs(change))
    assert sum(row["contribution"] for row in found) == pytest.approx(change, abs=tolerance)
    for row in found:
        if row["mix_effect"] is not None:
            tolerance = 1e-9 * max(1, abs(row["contribution"]))
            assert row["mix_effect"] + row["rate_effect"] == pytest.approx(row["contribution"], abs=tolerance)


@settings(max_examples=60, deadline=None)
@given(before=RATIOS, now=RATIOS, totals=st.tuples(TOTALS, TOTALS), few=st.booleans())
def test_contributions_to_a_ratio_sum_to_its_change_whatever_its_segments_are(before, now, totals, few):
    lab = DriversLab().kpi(min_persons=5 if few else None)
    for weeks_ago, (segments, (above, times)) in enumerate(zip((now, before), totals, strict=True)):
        whole = times * max(below or 1 for _, below in segments.values())
        lab.ratio(segments, weeks_ago, total=(above, whole))
    assert_sums(lab)


@settings(max_examples=60, deadline=None)
@given(before=VALUES, now=VALUES, totals=st.tuples(*[st.one_of(st.none(), st.floats(-1e6, 1e6))] * 2))
def test_contributions_to_any_other_value_sum_to_its_change(before, now, totals):
    lab = DriversLab().kpi(unit="count")
    assert_sums(lab.values(before, 1, total=totals[0]).values(now, total=totals[1]))
