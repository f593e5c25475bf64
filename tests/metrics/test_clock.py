"""Which day it is in a company when a run begins."""

from datetime import date, datetime

import pytest

from metrics.steering.clock import last_day, local

pytestmark = pytest.mark.fast


def test_a_now_is_on_the_clocks_of_the_company():
    assert local(datetime(2026, 9, 30, 22), "Europe/Madrid") == datetime(2026, 10, 1)


def test_at_midnight_the_last_day_is_the_one_that_ended():
    assert last_day(datetime(2026, 9, 30, 22), "Europe/Madrid") == date(2026, 9, 30)
    assert last_day(datetime(2026, 9, 30, 22, 0, 1), "Europe/Madrid") == date(2026, 10, 1)


def test_where_clocks_skip_midnight_the_last_day_is_the_one_that_ended():
    # on 6 September 2026 Santiago's clocks go from midnight, which is 04:00 in UTC, to 01:00
    assert last_day(datetime(2026, 9, 6, 4), "America/Santiago") == date(2026, 9, 5)
