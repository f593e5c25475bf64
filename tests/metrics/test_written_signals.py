"""What a mart says of noise, change and missing values."""

from datetime import date, timedelta

import pytest
from signals_lab import SignalsLab, alternating, starts

from metrics.steering.signals.xmr import natural_limits

pytestmark = pytest.mark.fast

LAST_WEEK = date(2026, 3, 2)
WEEK = timedelta(days=7)


def test_a_drop_is_a_signal_with_its_limits_and_words():
    lab = SignalsLab().kpi().values([*alternating(40), 80]).judge()
    columns = "period_start, value, centre, lower, upper, direction, is_favourable, words_en, words_es"
    ((start, value, centre, lower, upper, *rest),) = lab.signals(columns, rule="beyond_limits")
    assert (start, value, centre) == (LAST_WEEK, 80, 100)
    assert (lower, upper) == pytest.approx((100 - 2.66 * 4, 100 + 2.66 * 4))
    assert rest == [
        "down",
        False,
        "80 in the week of 2 to 8 March 2026 is below the lower limit of 89: more than noise",
        "80 en la semana del 2 al 8 de marzo de 2026, por debajo del límite inferior de 89: más que ruido",
    ]


def test_a_first_period_in_which_data_began_midway_is_on_no_chart():
    lab = SignalsLab().kpi().values([20, *alternating(30)])
    first = LAST_WEEK - 30 * WEEK
    lab.values([20], grain="day", until=first + timedelta(days=5)).judge()
    assert starts(lab.limits(grain="week"))[0] == first + WEEK
    assert lab.signals() == []


def test_a_value_that_is_written_as_its_limit_is_just_beyond_it():
    lab = SignalsLab().kpi().values([*alternating(40), 89.3]).judge()
    ((words, palabras),) = lab.signals("words_en, words_es", rule="beyond_limits")
    assert words == "89 in the week of 2 to 8 March 2026 is just below the lower limit of 89: more than noise"
    assert "justo por debajo del límite inferior de 89" in palabras


@pytest.mark.parametrize(
    ("direction", "value", "favourable"),
    [
        ("increase", 120, True), ("at_least", 80, False), ("decrease", 120, False), ("at_most", 80, True),
        ("within", 120, None),
    ],
)  # fmt: skip
def test_a_signal_is_good_or_bad_by_the_way_that_the_kpi_should_go(direction, value, favourable):
    lab = SignalsLab().kpi(direction=direction).values([*alternating(30), value]).judge()
    assert lab.signals("direction, is_favourable", rule="beyond_limits") == [
        ("up" if value > 100 else "down", favourable)
    ]


def test_every_value_of_a_chart_has_its_limits_phase_and_basis():
    lab = SignalsLab().kpi().values([*alternating(24), *alternating(16, 118, 122)]).judge()
    rows = lab.limits("period_start, value, centre, phase, basis")
    assert len(rows) == 40
    assert rows[0][1:] == (102, 100, 1, "level")
    assert rows[23][3] == 1
    assert rows[24][1:] == (122, 120, 2, "level")
    ((begins, words),) = lab.signals("period_start, words_en", rule="level_shift")
    assert begins == rows[24][0]
    assert "about 120 instead of 100, for 12 values in a row and more" in words


def test_a_week_without_a_row_or_a_value_is_missing_and_no_drop():
    lab = SignalsLab().kpi().values(alternating(30)).without(LAST_WEEK - WEEK).change(LAST_WEEK, value=None).judge()
    assert lab.signals() == [(LAST_WEEK - WEEK, "missing"), (LAST_WEEK, "missing")]
    assert len(lab.limits()) == 28
    ((words, palabras, direction, centre),) = lab.signals(
        "words_en, words_es, direction, centre", period_start=LAST_WEEK
    )
    assert words == "no value in the week of 2 to 8 March 2026, where one is expected"
    assert palabras == "sin valor en la semana del 2 al 8 de marzo de 2026, donde se espera uno"
    assert (direction, centre) == (None, None)


def test_a_value_that_lacks_data_is_missing_and_the_same_value_without_a_gap_is_a_drop():
    values = [*alternating(30), 40]
    assert SignalsLab().kpi().values(values).judge().signals() == [(LAST_WEEK, "beyond_limits")]
    lab = SignalsLab().kpi().values(values).gap(date(2026, 3, 1), date(2026, 3, 4)).judge()
    told = lab.signals("period_start, rule, value, words_en")
    assert [row[:3] for row in told] == [(LAST_WEEK - WEEK, "missing", 98), (LAST_WEEK, "missing", 40)]
    assert told[1][3] == "data is missing from 2026-03-02 to 2026-03-04: no change of the KPI follows from it"
    assert starts(lab.limits())[-1] == LAST_WEEK - 2 * WEEK


def test_weeks_without_data_neither_break_a_run_nor_make_one():
    up = [101.0] * 9
    lab = SignalsLab().kpi().values([*alternating(30), *up]).gap(LAST_WEEK - 3 * WEEK, LAST_WEEK - 3 * WEEK).judge()
    assert [row for row in lab.signals() if row[1] == "run_of_eight"] == [(LAST_WEEK, "run_of_eight")]


def test_data_that_stopped_is_missing_for_every_week_since():
    lab = SignalsLab().kpi().values(alternating(30), until=LAST_WEEK - 2 * WEEK).judge()
    assert lab.signals() == [(LAST_WEEK - WEEK, "missing"), (LAST_WEEK, "missing")]


def test_weeks_that_have_not_matured_are_not_missing():
    lab = SignalsLab().kpi(matures_after_days=14).values(alternating(30), until=LAST_WEEK - 2 * WEEK).judge()
    assert lab.signals() == []


def test_what_was_before_the_first_value_is_not_missing():
    lab = SignalsLab().kpi().values([*[None] * 9, *alternating(20)]).judge()
    assert lab.signals() == []


def test_a_kpi_that_mostly_has_no_value_misses_none():
    lab = SignalsLab().kpi().values([value for number in range(15) for value in (number, None, None)]).judge()
    assert lab.signals(rule="missing") == []


def test_a_small_sample_is_neither_on_a_chart_nor_missing():
    lab = SignalsLab().kpi(min_sample=30).values([*alternating(30), 10]).change(LAST_WEEK, sample_size=29).judge()
    assert lab.signals() == []
    assert starts(lab.limits())[-1] == LAST_WEEK - WEEK


def test_an_open_period_is_on_no_chart():
    lab = SignalsLab().kpi().values([*alternating(30), 5], until=date(2026, 3, 10))
    lab.change(date(2026, 3, 9), is_complete=False).judge()
    assert lab.signals() == []
    assert starts(lab.limits())[-1] == LAST_WEEK


def test_closed_days_and_weekdays_without_trade_are_neither_signals_nor_missing():
    """The shop has no row on Sundays and sells nothing on January 6th, a Tuesday."""
    yesterday = date(2026, 3, 9)
    values = [100 + day % 3 for day in range(140)]
    lab = SignalsLab().kpi(review_grain="day").values(values, grain="day", until=yesterday)
    lab.without(*(day for back in range(140) if (day := yesterday - timedelta(days=back)).weekday() == 6))
    lab.change(date(2026, 1, 6), value=0).judge()
    assert lab.signals() == []
    assert date(2026, 1, 6) not in starts(lab.limits())


def test_a_day_without_a_value_on_a_weekday_that_has_one_is_missing():
    lab = SignalsLab().kpi(review_grain="day").values(alternating(139), grain="day", until=date(2026, 3, 9))
    lab.without(date(2026, 2, 18)).judge()
    assert lab.signals() == [(date(2026, 2, 18), "missing")]


def test_a_review_without_enough_values_has_no_chart_but_tells_what_is_missing():
    lab = SignalsLab().kpi().values([*alternating(9), None, 98]).judge()
    assert lab.limits() == []
    assert lab.signals() == [(LAST_WEEK - WEEK, "missing")]


def test_grains_coarser_than_the_review_are_charted_if_they_have_twelve_values_and_finer_ones_are_not():
    lab = SignalsLab().kpi(review_grain="month")
    lab.values(alternating(60), grain="week").values(alternating(12), grain="month", until=date(2026, 2, 1))
    lab.values(alternating(11), grain="quarter", until=date(2025, 12, 31)).judge()
    assert lab.limits("distinct grain") == [("month",)]


def test_only_active_kpis_are_charted():
    lab = SignalsLab().kpi("draft", lifecycle="draft").kpi("traffic", kind="metric")
    lab.values([*alternating(30), 10], "draft").values([*alternating(30), 10], "traffic").judge()
    assert lab.limits() == lab.signals() == []


def test_slices_are_not_charted():
    lab = SignalsLab().kpi().values(alternating(30)).values([*alternating(30), 10], slice="channel", slice_value="web")
    assert len(lab.judge().limits()) == 30
    assert lab.signals() == []


def test_the_last_104_values_are_told_and_limits_are_those_of_all():
    values = [float((7 * week * week) % 19) for week in range(130)]
    lab = SignalsLab().kpi().values(values).judge()
    rows = lab.limits("period_start, centre, upper, basis")
    assert len(rows) == 104
    limits = natural_limits(values[:48])
    assert {row[1:] for row in rows} == {(limits.centre, limits.upper, "level")}
    assert starts(rows)[-1] == LAST_WEEK


def test_a_relationship_is_written_with_its_evidence_and_words():
    """Satisfaction falls by two where the response took one more hour three weeks before; steps are those of 5 × n²."""
    hours = [(5 * week * week) % 17 for week in range(60)]
    answers = [90.0] * 3 + [90 - 2 * before for before in hours[:57]]
    lab = SignalsLab().kpi("response", label_en="Response", timing="leading", direction="decrease", drives="content")
    lab.kpi("content", label_en="Content").values(hours, "response").values(answers, "content").judge()
    ((leading, lagging, grain, lag, r, n, declared, verdict, words),) = lab.con.execute("""
        select leading_kpi, lagging_kpi, grain, lag, correlation, n, is_declared, verdict, words_en
        from mart.kpi_relationships
    """).fetchall()
    assert (leading, lagging, grain, lag, n, declared, verdict) == (
        "response",
        "content",
        "week",
        3,
        56,
        True,
        "confirmed",
    )
    assert r < -0.99
    assert words.startswith(
        "When Response rises, Content mostly falls (3 weeks later, correlation −1.00 over 56 weeks)"
    )


def test_what_is_declared_of_a_kpi_without_values_is_written_too():
    lab = SignalsLab().kpi("response", timing="leading", drives="content, revenue").kpi("content").kpi().judge()
    told = "select lagging_kpi, verdict, n, p_value from mart.kpi_relationships order by 1"
    assert lab.con.execute(told).fetchall() == [("content", "too_short", 0, None), ("revenue", "too_short", 0, None)]


def test_marts_of_nothing_are_charted_without_a_fault():
    lab = SignalsLab().judge()
    assert lab.limits() == lab.signals() == []
    assert SignalsLab().kpi().judge().signals() == []
