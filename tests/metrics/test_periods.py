"""Periods of the business calendar: what a day falls in, what a name says, which weeks lie whole in a quarter."""

from datetime import date

import pytest

from metrics.calendar import Calendar
from metrics.periods import Period, named_period, period_before, period_from, period_of, whole_weeks

pytestmark = pytest.mark.fast

PLAIN = Calendar("Europe/Madrid", "monday", 1, date(2024, 1, 1), "EUR")
APRIL = Calendar("Europe/London", "sunday", 4, date(2024, 1, 1), "GBP")


@pytest.mark.parametrize(
    ("day", "grain", "calendar", "start", "end"),
    [
        (date(2026, 9, 30), "quarter", PLAIN, date(2026, 7, 1), date(2026, 10, 1)),
        (date(2026, 12, 31), "quarter", PLAIN, date(2026, 10, 1), date(2027, 1, 1)),
        (date(2026, 2, 28), "month", PLAIN, date(2026, 2, 1), date(2026, 3, 1)),
        (date(2026, 1, 1), "year", PLAIN, date(2026, 1, 1), date(2027, 1, 1)),
        (date(2026, 10, 4), "week", PLAIN, date(2026, 9, 28), date(2026, 10, 5)),
        (date(2026, 10, 4), "week", APRIL, date(2026, 10, 4), date(2026, 10, 11)),
        (date(2026, 3, 31), "quarter", APRIL, date(2026, 1, 1), date(2026, 4, 1)),
        (date(2026, 3, 31), "year", APRIL, date(2025, 4, 1), date(2026, 4, 1)),
        (date(2026, 4, 1), "year", APRIL, date(2026, 4, 1), date(2027, 4, 1)),
        (date(2026, 4, 1), "day", APRIL, date(2026, 4, 1), date(2026, 4, 2)),
    ],
)
def test_a_day_is_in_the_period_of_the_companys_calendar(day, grain, calendar, start, end):
    assert period_of(day, grain, calendar) == Period(grain, start, end)


def test_quarters_follow_a_fiscal_year_that_begins_within_a_calendar_quarter():
    november = Calendar("UTC", "monday", 11, date(2024, 1, 1), "EUR")
    assert period_of(date(2027, 1, 31), "quarter", november) == Period("quarter", date(2026, 11, 1), date(2027, 2, 1))
    assert period_of(date(2026, 10, 31), "year", november) == Period("year", date(2025, 11, 1), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("name", "calendar", "start", "last_day"),
    [
        ("2026-Q3", PLAIN, date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-Q4", APRIL, date(2027, 1, 1), date(2027, 3, 31)),
        ("2026", APRIL, date(2026, 4, 1), date(2027, 3, 31)),
        ("2026-02", PLAIN, date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-W01", PLAIN, date(2025, 12, 29), date(2026, 1, 4)),
        ("2026-W01", APRIL, date(2025, 12, 28), date(2026, 1, 3)),
        ("2026-07-14", PLAIN, date(2026, 7, 14), date(2026, 7, 14)),
    ],
)
def test_a_name_says_a_period(name, calendar, start, last_day):
    period = named_period(name, calendar)
    assert (period.start, period.last_day) == (start, last_day)


def test_each_names_no_one_period():
    with pytest.raises(ValueError, match="'each week' is no one period"):
        named_period("each week", PLAIN)


def test_weeks_over_a_border_lie_in_neither_quarter():
    third = named_period("2026-Q3", PLAIN)
    weeks = [week.start for week in whole_weeks(third, PLAIN)]
    assert (weeks[0], weeks[-1], len(weeks)) == (date(2026, 7, 6), date(2026, 9, 21), 12)
    second = period_before(third, PLAIN)
    assert [week.start for week in whole_weeks(second, PLAIN)][-1] == date(2026, 6, 22)


def test_a_period_knows_how_much_of_it_is_over():
    third = named_period("2026-Q3", PLAIN)
    assert third.days() == 92
    assert third.elapsed(date(2026, 8, 16)) == 0.5
    assert (third.elapsed(date(2026, 6, 1)), third.elapsed(date(2027, 1, 1))) == (0, 1)


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize("calendar", [PLAIN, APRIL])
def test_a_period_is_known_by_the_day_that_it_begins_on(grain, calendar):
    for day in (date(2026, 2, 28), date(2027, 12, 31)):
        period = period_of(day, grain, calendar)
        assert period_from(period.start, grain) == period
