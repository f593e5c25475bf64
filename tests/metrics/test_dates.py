"""Days and periods as people write them, in English and in Spanish."""

from datetime import date

import pytest

from metrics.wording import dates
from metrics.wording.text import Words

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("grain", "first", "last", "en", "es"),
    [
        ("day", (2026, 9, 1), (2026, 9, 1), "1 September 2026", "1 de septiembre de 2026"),
        ("week", (2026, 9, 21), (2026, 9, 27), "the week of 21 to 27 September 2026",
         "la semana del 21 al 27 de septiembre de 2026"),
        ("week", (2026, 9, 28), (2026, 10, 4), "the week of 28 September to 4 October 2026",
         "la semana del 28 de septiembre al 4 de octubre de 2026"),
        ("week", (2026, 12, 28), (2027, 1, 3), "the week of 28 December 2026 to 3 January 2027",
         "la semana del 28 de diciembre de 2026 al 3 de enero de 2027"),
        ("month", (2026, 2, 1), (2026, 2, 28), "February 2026", "febrero de 2026"),
        ("quarter", (2026, 7, 1), (2026, 9, 30), "July to September 2026", "julio a septiembre de 2026"),
        ("quarter", (2026, 11, 1), (2027, 1, 31), "November 2026 to January 2027",
         "noviembre de 2026 a enero de 2027"),
        ("year", (2026, 1, 1), (2026, 12, 31), "2026", "2026"),
        ("year", (2026, 4, 1), (2027, 3, 31), "April 2026 to March 2027", "abril de 2026 a marzo de 2027"),
    ],
)  # fmt: skip
def test_a_period_reads_as_people_say_it(grain, first, last, en, es):
    days = date(*first), date(*last)
    assert (dates.period(grain, *days, "en"), dates.period(grain, *days, "es")) == (en, es)


def test_when_something_was_has_the_words_that_its_grain_takes():
    september, quarter = (date(2026, 9, 1), date(2026, 9, 30)), (date(2026, 7, 1), date(2026, 9, 30))
    assert dates.in_period("month", *september) == Words("in September 2026", "en septiembre de 2026")
    assert dates.in_period("day", *september) == Words("on 1 September 2026", "el 1 de septiembre de 2026")
    assert dates.in_period("quarter", *quarter) == Words("from July to September 2026", "de julio a septiembre de 2026")
    fiscal = date(2026, 4, 1), date(2027, 3, 31)
    assert dates.in_period("year", *fiscal) == Words(
        "from April 2026 to March 2027", "de abril de 2026 a marzo de 2027"
    )
