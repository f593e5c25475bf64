"""Missing days: what is a gap, what is chance, a holiday, a beginning, and what a gap costs."""

import math
import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proof_lab import AS_OF, CALENDAR, ProofLab

from metrics.calendar import Calendar
from metrics.steering.proof.gaps import Gap, find_gaps

pytestmark = pytest.mark.fast

FIRST = date(2025, 9, 1)  # a Monday
TODAY = date(2026, 3, 10)
DAYS = (TODAY - FIRST).days
TOPIC = "fct_orders.ordered_day"


def every_day(count: int, days: int = DAYS) -> dict[date, int]:
    """The same count on every day from the first."""
    return {FIRST + timedelta(days=number): count for number in range(days)}


def gaps(counts: dict[date, int], closed=(), today=TODAY) -> list[tuple]:
    """First day, last day, rows and expected rows of each gap."""
    lab = ProofLab()
    lab.input_days("revenue", counts)
    found = find_gaps(lab.con, today, closed).get("revenue", [])
    return [(gap.first_day, gap.last_day, gap.rows, gap.expected) for gap in found]


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def test_a_busy_series_has_no_gap():
    assert gaps(every_day(100)) == []


def test_a_day_without_rows_in_a_busy_series_is_a_gap():
    assert gaps({**every_day(100), day(80): 0}) == [(day(80), day(80), 0, 100)]


@pytest.mark.parametrize(("rows", "is_gap"), [(24, True), (25, False)])
def test_a_quarter_of_the_usual_is_low_trade_and_less_is_a_gap(rows, is_gap):
    assert bool(gaps({**every_day(100), day(80): rows})) is is_gap


@pytest.mark.parametrize(("usual", "is_gap"), [(20, False), (21, True)])
def test_an_empty_day_is_a_gap_once_chance_alone_is_less_likely_than_e_to_the_minus_twenty(usual, is_gap):
    assert bool(gaps({**every_day(usual), day(80): 0})) is is_gap


@pytest.mark.parametrize(("days", "is_gap"), [(6, False), (7, True)])
def test_days_that_are_little_alone_are_a_gap_in_a_row(days, is_gap):
    # each empty day has a log probability of -3, so that six have -18 and seven -21
    found = gaps({**every_day(3), **{day(80 + number): 0 for number in range(days)}})
    assert found == ([(day(80), day(86), 0, 21)] if is_gap else [])


def test_low_days_with_some_rows_count_by_their_own_probability():
    # log of Poisson(5; 40) + Poisson(2; 40) by hand, well below -20
    log_p = sum(rows * math.log(40) - 40 - math.lgamma(rows + 1) for rows in (5, 2))
    assert log_p < -50
    assert gaps({**every_day(40), day(80): 5, day(81): 2}) == [(day(80), day(81), 7, 80)]


def test_two_gaps_are_two():
    found = gaps({**every_day(100), day(60): 0, day(61): 0, day(90): 3})
    assert found == [(day(60), day(61), 0, 200), (day(90), day(90), 3, 100)]


def test_a_weekday_without_trade_is_no_gap_and_does_not_end_one():
    # closed every Saturday and Sunday; Friday and Monday are missing
    weekly = {when: 0 if when.weekday() > 4 else 50 for when in every_day(0)}
    friday = day(81 - day(81).weekday() + 4)
    monday = friday + timedelta(days=3)
    assert gaps(weekly) == []
    assert gaps({**weekly, friday: 0, monday: 0}) == [(friday, monday, 0, 100)]


def test_closed_days_are_not_expected_and_do_not_end_a_gap():
    empty = {day(80 + number): 0 for number in range(3)}
    assert gaps({**every_day(100), **empty}, closed=empty) == []
    found = gaps({**every_day(100), **empty}, closed=[day(81)])
    assert found == [(day(80), day(82), 0, 200)]


def test_rows_on_closed_days_are_welcome_and_no_measure_of_others():
    closed = [day(number) for number in range(3, 40)]
    counts = {**every_day(100), **dict.fromkeys(closed, 100_000)}
    assert gaps(counts, closed=closed) == []


def test_the_runs_own_day_is_not_missing_yet():
    counts = {**every_day(100), TODAY: 0, TODAY - timedelta(days=1): 0}
    assert gaps(counts) == [(TODAY - timedelta(days=1), TODAY - timedelta(days=1), 0, 100)]


def test_a_beginning_is_no_gap():
    counts = every_day(100)
    counts.update({day(number): number // 4 for number in range(14)})
    assert gaps(counts) == []


def test_a_step_up_is_no_gap_before_it():
    counts = {when: 10 if when < day(95) else 200 for when in every_day(0)}
    assert gaps(counts) == []


def test_a_gap_of_weeks_is_found_whole():
    empty = {day(80 + number): 0 for number in range(28)}
    assert gaps({**every_day(30), **empty}) == [(day(80), day(107), 0, 28 * 30)]


def test_each_kpi_and_topic_is_a_series_of_its_own():
    lab = ProofLab()
    lab.input_days("revenue", {**every_day(100), day(80): 0})
    lab.input_days("revenue", {**every_day(100), day(70): 0}, topic="fct_sessions.session_day")
    lab.input_days("visits", every_day(100), topic="fct_sessions.session_day")
    assert find_gaps(lab.con, TODAY) == {
        "revenue": [
            Gap("fct_sessions.session_day", day(70), day(70), 0, 100),
            Gap(TOPIC, day(80), day(80), 0, 100),
        ]
    }


@pytest.mark.parametrize(("kept", "is_gap"), [(0, True), (2, True), (3, False)])
def test_a_part_that_is_too_small_to_tell_lacks_what_the_whole_lacks(kept, is_gap):
    part = f"{TOPIC} where fct_orders.is_paid_channel"
    lab = ProofLab()
    lab.input_days("revenue", {**every_day(100), day(80): 3})
    lab.input_days("roi", {**every_day(12), day(80): kept}, topic=part)
    lab.input_days("other", {**every_day(12), day(80): kept}, topic="fct_orders.ordered_day_of_a_part where it_is_paid")
    found = find_gaps(lab.con, TODAY)
    assert found.get("roi") == ([Gap(part, day(80), day(80), kept, 12)] if is_gap else None)
    assert set(found) == {"revenue", *(["roi"] if is_gap else [])}


def test_a_part_that_tells_its_own_gap_has_it_once():
    part = f"{TOPIC} where fct_orders.is_paid_channel"
    lab = ProofLab()
    lab.input_days("revenue", {**every_day(100), day(80): 0, day(81): 0})
    lab.input_days("roi", {**every_day(60), day(80): 0, day(81): 0}, topic=part)
    assert find_gaps(lab.con, TODAY)["roi"] == [Gap(part, day(80), day(81), 0, 120)]


def test_a_warehouse_whose_input_was_never_counted_has_no_gaps():
    lab = ProofLab()
    lab.con.execute("drop table warehouse.kpi.kpi_input_days")
    assert find_gaps(lab.con, TODAY) == {}


def poisson(generator: random.Random, mean: float) -> int:
    """A number of rows that happen by chance (Knuth)."""
    limit, product, count = math.exp(-mean), generator.random(), 0
    while product > limit:
        product *= generator.random()
        count += 1
    return count


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), first=st.integers(30, 150), days=st.integers(1, 20), usual=st.integers(30, 300))
def test_days_that_are_taken_out_of_a_busy_series_are_found(seed, first, days, usual):
    generator = random.Random(seed)
    counts = {when: poisson(generator, usual) for when in every_day(0)}
    removed = {day(first + number): 0 for number in range(days)}
    found = gaps({**counts, **removed})
    assert [gap[:3] for gap in found] == [(day(first), day(first + days - 1), 0)]


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    usual=st.sampled_from([0.2, 1, 3, 8, 30, 120]),
    kept=st.sampled_from([0.4, 0.5, 0.7, 0.9]),
)
def test_a_series_that_is_thinned_by_chance_has_no_gap(seed, usual, kept):
    generator = random.Random(seed)
    weekday = [generator.uniform(0.6, 1.4) for _ in range(7)]
    counts = {when: poisson(generator, usual * weekday[when.weekday()]) for when in every_day(0)}
    thinned = {when: sum(generator.random() < kept for _ in range(count)) for when, count in counts.items()}
    assert gaps(counts) == []
    assert gaps(thinned) == []


def shop(counts: dict[date, int], **kpi) -> ProofLab:
    """A shop in order but for its input days, reviewed by week."""
    lab = ProofLab()
    lab.source("shop.orders", "orders")
    lab.staged("shop.orders", ordered_at=[AS_OF - timedelta(hours=1)])
    lab.kpi("revenue", ["shop.orders"], review_grain="week", **kpi)
    lab.input_days("revenue", counts)
    for number in range(DAYS // 7):
        lab.value("revenue", day(7 * number), grain="week", days=7)
    return lab


def test_a_gap_before_the_judged_period_costs_the_values_of_its_periods_only():
    lab = shop({**every_day(100), day(13): 0, day(14): 0})
    lab.value("revenue", day(13))
    lab.value("revenue", day(12))
    lab.value("revenue", day(13), slice="channel", slice_value="web")
    lab.value("revenue", date(2025, 9, 1), grain="month", days=30)
    lab.value("revenue", date(2025, 10, 1), grain="month", days=31)
    lab.certify()
    assert lab.verdict()["certified"] is True
    values = lab.certified_values()
    uncertified = {key for key, certified in values.items() if not certified}
    assert uncertified == {
        ("week", day(7), ""),
        ("week", day(14), ""),
        ("day", day(13), ""),
        ("day", day(13), "web"),
        ("month", date(2025, 9, 1), ""),
    }
    assert lab.checks()["revenue.no_missing_days"] == (
        "warn",
        False,
        f"{day(13)} to {day(14)}: 0 rows where about 200 are usual ({TOPIC})",
    )
    assert (lab.verdict()["checks_failed"], lab.reasons()) == (1, None)


def test_a_gap_in_the_judged_period_costs_the_certificate():
    lab = shop({**every_day(100), date(2026, 3, 4): 0, date(2026, 3, 6): 2})
    lab.certify()
    assert lab.reasons() == "not measurable: data is missing on 2026-03-04, on 2026-03-06"
    assert lab.motivos() == "no medible: faltan datos el 2026-03-04, el 2026-03-06"
    assert lab.checks()["revenue.no_missing_days"][0] == "error"
    assert not any(lab.certified_values().values())


@pytest.mark.parametrize(
    ("first", "last", "certified"),
    [
        (date(2026, 2, 27), date(2026, 3, 1), True),
        (date(2026, 2, 27), date(2026, 3, 2), False),
        (date(2026, 3, 8), date(2026, 3, 9), False),
        (date(2026, 3, 9), date(2026, 3, 9), True),
    ],
)
def test_the_judged_week_begins_and_ends_with_its_days(first, last, certified):
    counts = every_day(100)
    counts.update({first + timedelta(days=number): 0 for number in range((last - first).days + 1)})
    lab = shop(counts)
    lab.certify()
    assert lab.verdict()["certified"] is certified
    if not certified:
        assert lab.reasons() == f"not measurable: data is missing from {first} to {last}"
        assert lab.motivos() == f"no medible: faltan datos del {first} al {last}"


def test_many_gaps_are_counted_and_the_latest_named():
    missing = [date(2026, 3, number) for number in (2, 4, 6, 8)]
    lab = shop({**every_day(100), **dict.fromkeys(missing, 0)})
    lab.certify()
    assert lab.reasons() == (
        "not measurable: data is missing on 2026-03-04, on 2026-03-06, on 2026-03-08 and 1 more before"
    )
    assert lab.motivos() == ("no medible: faltan datos el 2026-03-04, el 2026-03-06, el 2026-03-08 y 1 más antes")


def test_a_closed_company_misses_nothing():
    lab = shop({**every_day(100), date(2026, 3, 4): 0})
    lab.certify(calendar=Calendar("UTC", "monday", 1, FIRST, "EUR", frozenset({date(2026, 3, 4)})))
    assert lab.verdict()["certified"] is True
    assert lab.checks()["revenue.no_missing_days"] == ("error", True, "no day is missing")


def test_the_rows_of_the_judged_period_are_its_input():
    lab = shop(every_day(100))
    lab.input_days("revenue", every_day(7), topic="fct_sessions.session_day")
    lab.certify()
    assert lab.verdict()["input_rows"] == 7 * 107


def test_a_gap_that_is_filled_is_gone_by_itself():
    counts = {**every_day(100), date(2026, 3, 4): 0}
    lab = shop(counts)
    lab.certify()
    assert lab.verdict()["certified"] is False
    lab.con.execute("update warehouse.kpi.kpi_input_days set rows = 90 where rows = 0")
    lab.publish()
    lab.kpi("revenue", ["shop.orders"], review_grain="week")
    lab.value("revenue", date(2026, 3, 2), grain="week", days=7)
    lab.certify(as_of=datetime(2026, 3, 10, 12), calendar=CALENDAR)
    assert lab.verdict()["certified"] is True
