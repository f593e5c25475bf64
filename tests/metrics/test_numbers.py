"""Numbers of KPIs as people read them, in English and in Spanish."""

import pytest

from metrics.wording import numbers
from metrics.wording.text import Words

pytestmark = pytest.mark.fast

VALUES = [
    (0.1234, "percent", None, "12.3%", "12,3 %"),
    (1234567.8, "currency", "EUR", "1,234,568 EUR", "1.234.568 EUR"),
    (99.5, "currency", "EUR", "99.50 EUR", "99,50 EUR"),
    (-12.25, "score", None, "−12.2", "−12,2"),
    (1234.5, "seconds", None, "1,234.5 s", "1.234,5 s"),
    (17, "count", None, "17", "17"),
    (0.024, "ratio", None, "0.02", "0,02"),
    (-0.0004, "ratio", None, "−0.0004", "−0,0004"),
    (-0.0004, "percent", None, "−0.04%", "−0,04 %"),
    (-0.0000001, "percent", None, "0.0%", "0,0 %"),
    (None, "count", None, "–", "–"),
]


@pytest.mark.parametrize(("number", "unit", "currency", "english", "spanish"), VALUES)
def test_a_value_is_written_in_its_unit_as_each_language_writes_numbers(number, unit, currency, english, spanish):
    assert numbers.value(number, unit, currency) == english
    assert numbers.value(number, unit, currency, "es") == spanish
    assert numbers.both(number, unit, currency) == Words(english, spanish)


@pytest.mark.parametrize(
    ("number", "english", "spanish"),
    [(0.424, "42%", "42 %"), (12.5, "1,250%", "1.250 %"), (-0.3, "−30%", "−30 %"), (0, "0%", "0 %"), (None, "–", "–")],
)
def test_a_share_is_in_whole_percent(number, english, spanish):
    assert (numbers.share(number), numbers.share(number, "es")) == (english, spanish)


@pytest.mark.parametrize(
    ("number", "english", "spanish"),
    [
        (0.75, "75%", "75 %"), (0.994, "99%", "99 %"), (0.9999, ">99%", ">99 %"), (1.0, ">99%", ">99 %"),
        (0.004, "<1%", "<1 %"), (0, "<1%", "<1 %"), (None, "–", "–"),
    ],
)  # fmt: skip
def test_a_chance_is_in_whole_percent_and_never_said_to_be_certain(number, english, spanish):
    assert (numbers.chance(number), numbers.chance(number, "es")) == (english, spanish)


CHANGES = [
    (0.31, 0.3, "percent", "+1.0 pp", "+1,0 pp"),
    (900, 1000, "currency", "−10.0%", "−10,0 %"),
    (-50, -100, "currency", "+50.0%", "+50,0 %"),
    (-4, 0, "score", "−4.0", "−4,0"),
    (31.5, 30, "score", "+1.5", "+1,5"),
    (5, 0, "count", "–", "–"),
    (5, None, "count", "–", "–"),
]


@pytest.mark.parametrize(("number", "before", "unit", "english", "spanish"), CHANGES)
def test_a_change_is_in_points_for_a_percent_or_a_score_and_else_in_percent_with_its_sign(
    number, before, unit, english, spanish
):
    assert numbers.change(number, before, unit) == english
    assert numbers.change(number, before, unit, "es") == spanish


DIFFERENCES = [
    (-0.003, "percent", None, "−0.3 pp", "0,3 pp"),
    (-0.0003, "percent", None, "−0.03 pp", "0,03 pp"),
    (1500.4, "currency", "EUR", "+1,500 EUR", "1.500 EUR"),
    (12, "count", None, "+12", "12"),
    (0, "percent", None, "0.0 pp", "0,0 pp"),
]


@pytest.mark.parametrize(("number", "unit", "currency", "english", "unsigned"), DIFFERENCES)
def test_a_difference_is_in_the_unit_with_as_many_digits_as_tell_it_from_nothing(
    number, unit, currency, english, unsigned
):
    assert numbers.difference(number, unit, currency) == english
    assert numbers.difference(number, unit, currency, "es", signed=False) == unsigned


DURATIONS = [
    (0.2, "<1 s"),
    (59.9, "59 s"),
    (60, "1 min"),
    (192, "3 min 12 s"),
    (7_259, "2 h"),
    (86_400, "24 h"),
    (259_199, "71 h 59 min"),
    (259_200, "3 d"),
    (792_000, "9 d 4 h"),
]


@pytest.mark.parametrize(("seconds", "written"), DURATIONS)
def test_a_duration_is_written_by_its_two_largest_units(seconds, written):
    assert numbers.duration(seconds) == written


MARKS = [
    (1500, 500, None, "1.5K", "1,5 mil"),
    (2e12, 1e12, "currency", "2T", "2 B"),
    (3e9, 1e9, "currency", "3B", "3.000 M"),
    (0.025, 0.005, "percent", "2.5%", "2,5 %"),
    (-0.0004, 0.0002, "ratio", "−0.0004", "−0,0004"),
    (0, 500, "count", "0", "0"),
]


@pytest.mark.parametrize(("number", "step", "unit", "english", "spanish"), MARKS)
def test_a_mark_of_an_axis_is_as_short_as_its_steps_allow(number, step, unit, english, spanish):
    assert (numbers.mark(number, step, unit), numbers.mark(number, step, unit, "es")) == (english, spanish)
