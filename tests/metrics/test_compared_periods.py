"""Which periods values are compared with, by hand: as dbt's macros say it, and as the judging of values does."""

from datetime import date

import duckdb
import jinja2
import pytest

from metrics.steering import compared
from orchestration.company import REPOSITORY

pytestmark = pytest.mark.fast

MACROS = jinja2.Template((REPOSITORY / "dbt_project" / "macros" / "periods.sql").read_text()).module


@pytest.mark.parametrize("written", [compared, MACROS], ids=["python", "dbt"])
@pytest.mark.parametrize(
    ("grain", "start", "before", "year_ago"),
    [
        ("day", date(2026, 3, 1), date(2026, 2, 28), date(2025, 3, 2)),  # both are Sundays
        ("week", date(2026, 1, 5), date(2025, 12, 29), date(2025, 1, 6)),
        ("month", date(2026, 3, 1), date(2026, 2, 1), date(2025, 3, 1)),
        ("quarter", date(2026, 2, 1), date(2025, 11, 1), date(2025, 2, 1)),  # of a fiscal year from February
        ("year", date(2024, 1, 1), date(2023, 1, 1), date(2023, 1, 1)),
    ],
)
def test_a_value_is_compared_with_the_period_before_and_that_of_last_year(written, grain, start, before, year_ago):
    columns = [
        written.previous_period_start("grain", "period_start"),
        written.year_ago_period_start("grain", "period_start"),
    ]
    query = f"select {', '.join(columns)} from (select ? as grain, ?::date as period_start)"
    assert duckdb.execute(query, [grain, start]).fetchone() == (before, year_ago)
