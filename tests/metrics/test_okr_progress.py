"""Progress of key results over marts made by hand: every measure, both directions, borders, and what cannot be told."""

from datetime import date, datetime

import pytest
from okr_lab import END_OF_Q3, MID_Q3, OkrLab

from metrics.calendar import Calendar

pytestmark = pytest.mark.fast

CALLS = {"metric": "calls", "measure": "weekly_mean", "target": "+50%"}
RATE = {"metric": "rate", "measure": "value", "target": "+10%"}
SALES = {"metric": "sales", "measure": "total", "target": "+20%"}
TALKS = {"metric": "talks", "target": {"per": "week", "at_least": 3}}
MARKETS = {"metric": "won", "target": {"each": "market", "of": "studied", "at_least": 2}}
# whole weeks of 2026-Q2: April 6th to June 28th; of Q3: July 6th to September 27th; twelve each


def reasons(lab: OkrLab) -> tuple[str | None, str | None]:
    row = lab.only("key_results")
    assert (row["progress"], row["status"]) == (None, "no_data")
    return row["reason_en"], row["reason_es"]


@pytest.mark.parametrize(
    ("before", "now", "target", "aim", "progress", "status"),
    [
        (0.50, 0.55, "+10%", 0.55, 1.0, "on_target"),
        (0.50, 0.60, "+10%", 0.55, 1.0, "on_target"),
        (0.50, 0.54, "+10%", 0.55, 0.8, "at_risk"),
        (0.50, 0.535, "+10%", 0.55, 0.7, "at_risk"),
        (0.50, 0.53, "+10%", 0.55, 0.6, "off_target"),
        (0.50, 0.45, "+10%", 0.55, 0.0, "off_target"),
        (1000, 700, "-30%", 700, 1.0, "on_target"),
        (1000, 850, "-30%", 700, 0.5, "off_target"),
        (1000, 1200, "-30%", 700, 0.0, "off_target"),
        (40, 30, 20, 20, 0.5, "off_target"),
        (-200, -180, "+20%", -160, 0.5, "off_target"),
        (0, 3, 4, 4, 0.75, "at_risk"),
    ],
)
def test_a_value_goes_from_its_baseline_to_its_target_whichever_way(before, now, target, aim, progress, status):
    lab = OkrLab().metric("rate", "percent").values("rate", {"2026-Q2": before, "2026-Q3": now})
    lab.judge([{**RATE, "target": target}])
    assert lab.step() == pytest.approx((before, aim, now, progress, 1.0))
    assert lab.only("key_results")["status"] == status


def test_half_of_the_quarter_expects_half_of_the_way():
    lab = OkrLab().metric("rate", "percent").values("rate", {"2026-Q2": 0.5, "2026-Q3": 0.525}).judge([RATE], MID_Q3)
    assert lab.step() == pytest.approx((0.5, 0.55, 0.525, 0.5, 0.5))
    assert lab.only("key_results")["status"] == "on_target"


def test_the_last_moment_of_a_quarter_still_belongs_to_it_and_the_next_one_does_not():
    lab = OkrLab().metric("rate", "percent").values("rate", {"2026-Q2": 0.5, "2026-Q3": 0.55, "2026-Q4": 0.6})
    lab.judge([RATE], END_OF_Q3)
    assert lab.only("key_results")["due"] == date(2026, 9, 30)
    lab = OkrLab().metric("rate", "percent").values("rate", {"2026-Q2": 0.5, "2026-Q3": 0.55, "2026-Q4": 0.6})
    lab.judge([RATE], datetime(2026, 9, 30, 22, 0, 1))
    row = lab.only("key_results")
    assert (row["period_start"], row["reason_en"]) == (date(2026, 10, 1), "begins on 1 October 2026")
    # what the quarter came to is the outcome of the period before
    assert (row["previous_progress"], row["previous_status"]) == (1.0, "on_target")


def test_a_baseline_is_a_number_a_named_period_or_the_period_before():
    lab = OkrLab().metric("rate").values("rate", {"2026-Q1": 0.2, "2026-Q2": 0.5, "2026-Q3": 0.55})
    lab.judge(
        [
            {**RATE, "id": "a_number", "baseline": 0.25},
            {**RATE, "id": "b_named", "baseline": "2026-Q1"},
            {**RATE, "id": "c_before", "baseline": "previous_period"},
        ]
    )
    assert [row["baseline"] for row in lab.all("key_results")] == [0.25, 0.2, 0.5]
    assert [row["target"] for row in lab.all("key_results")] == pytest.approx([0.275, 0.22, 0.55])


def test_a_rate_that_matures_sums_the_mature_weeks_that_lie_whole_in_the_quarter():
    lab = OkrLab().metric("rate", "percent", matures=30)
    # the quarters' own values, which young leads lower, are looked at no more than the weeks over the border
    lab.values("rate", {"2026-Q2": (1, 100), "2026-Q3": (1, 100)})
    lab.weeks("rate", "2026-03-30", [(99, 100), *[(20, 100)] * 12, (99, 100)])
    lab.weeks("rate", "2026-07-06", [(10, 100), (40, 100), (22, 100), *[(30, 100)] * 5, *[(0, 100)] * 5])
    lab.judge([RATE])
    # mature on October 1st: weeks that end by August 31st, so July 6th to August 30th: 72 + 5 × 30 of 800
    assert lab.step() == pytest.approx((0.20, 0.22, 222 / 800, 1.0, 1.0))


def test_weeks_that_are_no_quotient_of_what_they_show_are_not_summed():
    lab = OkrLab().metric("rate", "percent", matures=30).weeks("rate", "2026-04-06", [0.2] * 25)
    assert reasons(lab.judge([{**RATE, "baseline": 0.1}])) == (
        "its weeks cannot be added up",
        "sus semanas no se pueden sumar",
    )


def test_a_weekly_mean_takes_the_complete_weeks_that_lie_whole_in_each_quarter():
    lab = OkrLab().metric("calls")
    lab.weeks("calls", "2026-03-30", [500, *[10] * 6, *[30] * 6])
    lab.weeks("calls", "2026-06-29", [900, *[20] * 6, *[40] * 6, 700])
    lab.judge([CALLS])
    assert lab.step() == pytest.approx((20, 30, 30, 1.0, 1.0))


def test_a_weekly_mean_of_a_quarter_under_way_leaves_the_open_week_out():
    lab = OkrLab().metric("calls").weeks("calls", "2026-03-30", [20] * 14).weeks("calls", "2026-07-06", [25] * 5 + [1])
    lab.judge([CALLS], MID_Q3)  # a Sunday: its week is not over
    assert lab.step() == pytest.approx((20, 30, 25, 0.5, 0.5))
    lab = OkrLab().metric("calls").weeks("calls", "2026-03-30", [20] * 14).weeks("calls", "2026-07-06", [25] * 5 + [1])
    lab.judge([CALLS], datetime(2026, 8, 16, 22))  # its last moment
    assert lab.only("key_results")["current"] == pytest.approx(126 / 6)


def test_without_a_complete_week_there_is_no_mean():
    lab = OkrLab().metric("calls").weeks("calls", "2026-03-30", [20] * 15)
    lab.judge([CALLS], datetime(2026, 7, 12, 12))
    assert reasons(lab) == ("no complete week yet", "todavía no hay ninguna semana completa")
    assert lab.step() == pytest.approx((20, 30, None, None, 11 / 92))


def test_a_week_without_a_value_is_no_week_of_nothing():
    lab = OkrLab().metric("calls").weeks("calls", "2026-03-30", [20] * 20 + [None] + [20] * 5)
    assert reasons(lab.judge([CALLS])) == (
        "no value in the week of 17 to 23 August 2026",
        "sin valor en la semana del 17 al 23 de agosto de 2026",
    )


def test_a_baseline_in_which_the_values_only_begin_is_none():
    lab = OkrLab().metric("calls").weeks("calls", "2026-05-04", [20] * 22)
    assert reasons(lab.judge([CALLS])) == (
        "no baseline: its values begin on 4 May 2026 only",
        "sin base: sus valores empiezan el 4 de mayo de 2026",
    )
    assert lab.only("key_results")["previous_status"] == "no_data"


@pytest.mark.parametrize(
    ("measure", "first"), [("total", date(2026, 4, 2)), ("weekly_mean", date(2026, 4, 7)), ("value", date(2026, 4, 13))]
)
def test_a_baseline_of_which_the_first_days_are_missing_is_none(measure, first):
    lab = OkrLab().metric("sold", additive=True).values("sold", {"2026-Q2": 800, "2026-Q3": 920})
    lab.weeks("sold", "2026-04-06", [70] * 25).days("sold", first.isoformat(), [10] * 170)
    lab.judge([{"metric": "sold", "measure": measure, "target": "+10%"}])
    row = lab.only("key_results")
    assert (row["baseline"], row["progress"], row["status"]) == (None, None, "no_data")
    assert row["reason_en"] == f"no baseline: its values begin on {first.day} April 2026 only"


@pytest.mark.parametrize(
    ("measure", "first"), [("total", "2026-04-01"), ("weekly_mean", "2026-04-06"), ("value", "2026-04-12")]
)
def test_a_baseline_that_lacks_nothing_of_what_counts_is_one(measure, first):
    lab = OkrLab().metric("sold", additive=True).values("sold", {"2026-Q2": 800, "2026-Q3": 920})
    lab.weeks("sold", "2026-04-06", [70] * 25).days("sold", first, [10] * 170)
    assert lab.judge([{"metric": "sold", "measure": measure, "target": "+10%"}]).only("key_results")["baseline"]


def test_a_total_starts_from_nothing_and_its_change_from_its_baseline():
    lab = OkrLab().metric("sales", "currency").values("sales", {"2026-Q2": 500.0, "2026-Q3": 450.0}).judge([SALES])
    assert lab.step() == pytest.approx((500, 600, 450, 0.75, 1.0))
    assert lab.only("key_results")["status"] == "at_risk"


def test_a_total_with_a_number_to_reach_needs_no_baseline():
    lab = OkrLab().metric("sales").values("sales", {"2026-Q3": 2}).judge([{**SALES, "target": 3}], MID_Q3)
    assert lab.step() == pytest.approx((None, 3, 2, 2 / 3, 0.5))
    assert lab.only("key_results")["status"] == "on_target"


def test_no_change_can_be_asked_of_a_baseline_of_zero():
    lab = OkrLab().metric("sales").values("sales", {"2026-Q2": 0, "2026-Q3": 5}).judge([SALES])
    assert reasons(lab) == ("its target is not above 0", "su meta no es mayor que 0")
    lab = OkrLab().metric("rate").values("rate", {"2026-Q2": 0, "2026-Q3": 5}).judge([RATE])
    assert reasons(lab) == ("its target is its baseline", "su meta es igual a su base")
    lab = OkrLab().metric("rate").values("rate", {"2026-Q2": 7, "2026-Q3": 5}).judge([{**RATE, "target": 7}])
    assert reasons(lab)[0] == "its target is its baseline"


def test_a_baseline_that_is_missing_or_not_over_gives_no_progress():
    lab = OkrLab().metric("rate").values("rate", {"2026-Q3": 0.5}).judge([RATE])
    assert reasons(lab) == (
        "no baseline: no value from April to June 2026",
        "sin base: sin valor de abril a junio de 2026",
    )
    lab = OkrLab().metric("rate").values("rate", {"2026-Q3": 0.5}).judge([{**RATE, "baseline": "2026-Q4"}])
    assert reasons(lab)[0] == "the baseline from October to December 2026 is not over"
    lab = OkrLab().metric("rate").values("rate", {"2026-Q2": 0.5}).judge([RATE])
    assert reasons(lab)[0] == "no value from July to September 2026"
    lab = OkrLab().judge([RATE])
    assert reasons(lab) == ("rate is not in the mart", "rate no está en el mart")


def test_what_every_week_owes_is_the_share_of_complete_weeks_that_gave_it():
    lab = OkrLab().metric("talks").weeks("talks", "2026-03-30", [0, *[3] * 12, 0])
    lab.weeks("talks", "2026-07-06", [3, 2, 5, 0, 3, 3, 3, 3, 3, 2, 3, 3, 9]).judge([TALKS])
    assert lab.step() == pytest.approx((None, 1.0, 0.75, 0.75, 1.0))
    row = lab.only("key_results")
    assert (row["reached"], row["counted"], row["at_least"], row["unit"], row["status"]) == (
        9, 12, 3.0, "percent", "at_risk",
    )  # fmt: skip
    assert (row["previous_progress"], row["previous_status"]) == (1.0, "on_target")


def test_a_promise_of_every_week_is_owed_of_every_week_that_is_over():
    lab = OkrLab().metric("talks").weeks("talks", "2026-06-29", [0, 3, 3, 0, 0]).judge([TALKS], datetime(2026, 8, 3, 8))
    # half of the weeks, a third of the quarter: it cannot get to all of them any more
    assert lab.step() == pytest.approx((None, 1.0, 0.5, 0.5, 1.0))
    assert lab.only("key_results")["status"] == "off_target"


def test_every_new_market_counts_the_ones_without_a_sale_included():
    lab = OkrLab().metric("won").metric("studied")
    lab.values("studied", {"2026-Q2": {"AT": 1}, "2026-Q3": {"DE": 1, "DK": 1, "IE": 1, "SE": 0}}, "market")
    lab.values("won", {"2026-Q2": {"AT": 2}, "2026-Q3": {"DE": 2, "DK": 1, "SE": 7, "PT": 3}}, "market")
    lab.judge([MARKETS], MID_Q3)
    assert lab.step() == pytest.approx((None, 1.0, 1 / 3, 1 / 3, 0.5))
    row = lab.only("key_results")
    assert (row["reached"], row["counted"], row["previous_progress"]) == (1, 3, 1.0)
    assert row["status"] == "off_target"


def test_where_no_market_is_studied_yet_there_is_no_share():
    lab = OkrLab().metric("won").metric("studied").values("studied", {"2026-Q3": {"DE": 0}}, "market").judge([MARKETS])
    assert reasons(lab) == ("Studied: none yet", "STUDIED: ninguno todavía")


def test_quarters_are_the_companys_fiscal_ones():
    fiscal = Calendar("UTC", "sunday", 2, date(2024, 1, 1), "EUR")
    # 2026-Q2 is May to July here, 2026-Q3 August to October; weeks begin on Sundays
    lab = OkrLab(fiscal).metric("rate").values("rate", {"2026-Q2": 0.5, "2026-Q3": 0.53}).metric("calls")
    lab.weeks("calls", "2026-04-26", [90, *[10] * 12, 90]).weeks("calls", "2026-08-02", [12, 12, 18, 90])
    lab.judge([{**RATE, "id": "a"}, {**CALLS, "id": "b"}], datetime(2026, 8, 23, 0))
    rate, calls = lab.all("key_results")
    assert (rate["period_start"], rate["due"]) == (date(2026, 8, 1), date(2026, 10, 31))
    assert (rate["progress"], rate["expected_progress"]) == pytest.approx((0.6, 22 / 92))
    # May 3rd to July 25th are twelve whole weeks; August 2nd to 22nd three
    assert (calls["baseline"], calls["current"], calls["progress"]) == pytest.approx((10, 14, 0.8))


def test_a_named_period_is_judged_when_it_is_over_and_waits_before_it_begins():
    lab = OkrLab().metric("rate").values("rate", {"2026-Q1": 0.5, "2026-Q2": 0.55, "2026-Q3": 0.1})
    past, future = {**RATE, "id": "a", "period": "2026-Q2"}, {**RATE, "id": "b", "period": "2027-Q1"}
    lab.judge([past, future], MID_Q3)
    before, to_come = lab.all("key_results")
    assert (before["progress"], before["expected_progress"], before["status"]) == pytest.approx((1.0, 1.0, "on_target"))
    assert (before["previous_status"], before["next_checkin"], before["checkin_overdue"]) == (None, None, False)
    assert (to_come["status"], to_come["reason_es"]) == ("no_data", "empieza el 1 de enero de 2027")
    assert (to_come["expected_progress"], to_come["checkin_overdue"]) == (0.0, False)
