"""calendar.yml: what is read, and what its mistakes say."""

from datetime import date

import pytest

from metrics.calendar import Calendar, load_calendar
from metrics.problems import DefinitionError

pytestmark = pytest.mark.fast


def test_a_calendar_is_read_and_handed_to_dbt_as_plain_values(tmp_path):
    file = tmp_path / "calendar.yml"
    week_and_year = "week_starts_on: sunday\nfiscal_year_starts: 4\n"
    file.write_text(f"time_zone: Europe/London\n{week_and_year}first_day: 2009-12-01\ncurrency: GBP\n")
    calendar = load_calendar(file)
    assert calendar == Calendar("Europe/London", "sunday", 4, date(2009, 12, 1), "GBP")
    assert calendar.as_var() == {
        "time_zone": "Europe/London",
        "week_starts_on": "sunday",
        "fiscal_year_starts": 4,
        "first_day": "2009-12-01",
        "currency": "GBP",
    }


def test_weeks_start_on_monday_and_years_in_january_unless_told(tmp_path):
    file = tmp_path / "calendar.yml"
    file.write_text("time_zone: UTC\nfirst_day: 2024-01-01\ncurrency: EUR\n")
    calendar = load_calendar(file)
    assert (calendar.week_starts_on, calendar.fiscal_year_starts) == ("monday", 1)


def test_every_mistake_is_told_with_its_line(tmp_path):
    file = tmp_path / "calendar.yml"
    file.write_text("time_zone: Madrid\nweek_starts_on: lunes\nfiscal_year_starts: 13\nfirst_day: soon\nmoney: EUR\n")
    with pytest.raises(DefinitionError) as caught:
        load_calendar(file)
    found = str(caught.value).replace(str(file), "calendar.yml").splitlines()
    assert [line.split(": ")[0:2] for line in found] == [
        ["calendar.yml:1", "currency"],
        ["calendar.yml:1", "time_zone"],
        ["calendar.yml:2", "week_starts_on"],
        ["calendar.yml:3", "fiscal_year_starts"],
        ["calendar.yml:4", "first_day"],
        ["calendar.yml:5", "money"],
    ]
    assert "calendar.yml:1: time_zone: 'Madrid' is not a time zone; use an IANA name such as Europe/Madrid" in found


def test_a_missing_calendar_says_so(tmp_path):
    with pytest.raises(DefinitionError, match=r"calendar\.yml:1: file: cannot be read"):
        load_calendar(tmp_path / "calendar.yml")


def test_closed_days_are_read_and_kept_from_the_models(tmp_path):
    file = tmp_path / "calendar.yml"
    closed = "closed: [2025-12-25, 2025-12-31..2026-01-02]"
    file.write_text(f"time_zone: UTC\nfirst_day: 2024-01-01\ncurrency: EUR\n{closed}\n")
    calendar = load_calendar(file)
    assert sorted(calendar.closed) == [date(2025, 12, 25), date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)]
    assert "closed" not in calendar.as_var()


@pytest.mark.parametrize(
    ("closed", "problem"),
    [
        ("2025-12-25", "is not a list; give days such as"),
        ("[Christmas]", "'Christmas' is no day; use a day such as 2026-12-25 or days such as"),
        ("[2025-13-01]", "'2025-13-01' is no day"),
        ("[2025-12-31..2025-12-25]", "'2025-12-31..2025-12-25' ends before it begins"),
    ],
)
def test_what_is_no_day_cannot_be_closed(tmp_path, closed, problem):
    file = tmp_path / "calendar.yml"
    file.write_text(f"time_zone: UTC\nfirst_day: 2024-01-01\ncurrency: EUR\nclosed: {closed}\n")
    with pytest.raises(DefinitionError) as caught:
        load_calendar(file)
    assert "calendar.yml:4: closed: " in str(caught.value)
    assert problem in str(caught.value)
