"""Charts: what their data are, how their axes are marked, and that Vega-Lite takes them."""

import csv
import io
import re
import struct
from datetime import date, timedelta

import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st

from dashboards.charts import look, picture
from dashboards.charts.axis import date_marks, moment, number_marks
from dashboards.charts.course import Course, Point, course_chart
from dashboards.charts.small_multiples import small_multiples
from dashboards.charts.waterfall import Fall, Step, waterfall_chart

pytestmark = pytest.mark.fast

MONTHS = [date(2026, month, 1) for month in range(1, 7)]
FULL = Course(
    points=[
        Point(MONTHS[0], 0.03, target=0.035, usual_low=0.02, usual_high=0.05),
        Point(MONTHS[1], None),
        Point(MONTHS[2], 0.031, target=0.035, usual_low=0.02, usual_high=0.05, is_signal=True),
        Point(MONTHS[3], 0.034, low=0.03, high=0.04, forecast=0.034, forecast_low=0.034, forecast_high=0.034),
        Point(MONTHS[4], 0.012, is_open=True, forecast=0.036, forecast_low=0.03, forecast_high=0.041),
    ],
    grain="month",
    unit="percent",
    lang="es",
    last="3,4 %",
    events=[(MONTHS[2], "1")],
)
FALL = Fall(
    [
        Step("Before", 0.03, 0.03, "3.0%", "whole"),
        Step("it's </script>", 0.03, 0.05, "+2.0 pp", "good"),
        Step("it's </script>", 0.05, 0.04, "−1.0 pp", "bad"),
        Step("Now", 0.04, 0.04, "4.0%", "whole"),
    ],
    "percent",
    "en",
)
PARTS = {"web": [(MONTHS[0], 1.0), (MONTHS[1], None)], "=store": [(MONTHS[0], 1e12), (MONTHS[1], -0.0004)]}
CHARTS = {
    "full": course_chart(FULL),
    "one value": course_chart(Course([Point(MONTHS[0], 1.0)], "month", "count", "en", "1")),
    "only expected": course_chart(Course([Point(MONTHS[0], forecast=1.0)], "day", "count", "en")),
    "huge and tiny": course_chart(Course([Point(MONTHS[0], 1e12), Point(MONTHS[1], -0.0004)], "month", "score", "en")),
    "waterfall": waterfall_chart(FALL),
    "parts": small_multiples(PARTS, "month", "currency", "en"),
}


def table(spec):
    return list(csv.DictReader(io.StringIO(spec["data"]["values"])))


@pytest.mark.parametrize("name", CHARTS)
def test_vega_lite_takes_every_chart_and_warns_of_nothing(name, capfd):
    compiled = vl_convert.vegalite_to_vega(CHARTS[name], config=look.of_page(), show_warnings=True)
    assert compiled["marks"]
    assert capfd.readouterr() == ("", "")


def test_a_course_holds_the_values_with_what_is_promised_usual_and_expected():
    rows = table(CHARTS["full"])
    assert [row["start"] for row in rows] == ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"]
    assert [row["value"] for row in rows] == ["0.03", "", "0.031", "0.034", "0.012"]
    assert [row["target"] for row in rows] == ["0.035", "", "0.035", "", ""]
    assert [row["forecast_high"] for row in rows] == ["", "", "", "0.034", "0.041"]
    assert [row["open"] for row in rows] == ["", "", "", "", "1"]
    assert [row["signal"] for row in rows] == ["", "", "1", "", ""]


def test_the_last_complete_value_is_labelled_and_a_period_under_way_is_not():
    assert [row["last"] for row in table(CHARTS["full"])] == ["", "", "", "1", ""]
    labels = [layer["mark"]["text"] for layer in CHARTS["full"]["layer"] if layer["mark"].get("style") == "last"]
    assert labels == ["3,4 %"]


@pytest.mark.parametrize(("weeks", "dotted"), [(13, [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), (14, [1, 13])])
def test_dots_stand_where_a_line_shows_nothing_and_everywhere_if_periods_are_few(weeks, dotted):
    values = [None, 1.0, None, *[1.0] * (weeks - 3)]
    points = [Point(date(2026, 1, 5) + timedelta(7 * week), value) for week, value in enumerate(values)]
    rows = table(course_chart(Course(points, "week", "count", "en", "1")))
    assert [week for week, row in enumerate(rows) if row["dot"]] == dotted


def test_only_what_there_is_is_drawn():
    styles = [style for layer in CHARTS["one value"]["layer"] for style in layer["mark"]["style"]]
    assert not {"target", "bounds", "limit", "band", "forecast", "signal", "open", "event"} & set(styles)
    unproven = course_chart(Course([Point(MONTHS[0], 1.0)], "month", "count", "en", "1", is_proven=False))
    assert ["line", "unproven"] in [layer["mark"]["style"] for layer in unproven["layer"]]
    grey = small_multiples(PARTS, "month", "currency", "en", is_proven=False)
    assert [layer["mark"]["style"] for layer in grey["spec"]["layer"]] == [["line", "unproven"], ["dot", "unproven"]]


@given(
    st.lists(st.floats(-1e15, 1e15).filter(lambda n: n == 0 or abs(n) > 1e-9), min_size=1, max_size=5),
    st.sampled_from(["count", "currency", "percent", "score", None]),
)
def test_at_most_five_marks_hold_all_values_at_equal_distances(values, unit):
    marks = number_marks(values, unit, "en")
    slack = 1e-9 * max(map(abs, marks.at))
    assert 2 <= len(marks.at) == len(marks.words) <= 5
    assert marks.at[0] - slack <= min(values)
    assert max(values) <= marks.at[-1] + slack
    distances = [after - before for before, after in zip(marks.at, marks.at[1:], strict=False)]
    assert max(distances) - min(distances) <= slack + 1e-6 * max(distances)


@pytest.mark.parametrize(
    ("unit", "values", "at"),
    [
        ("count", [70, 90], (0, 25, 50, 75, 100)),
        ("currency", [-30, 60], (-50, 0, 50, 100)),
        ("percent", [0.71, 0.74], (0.71, 0.72, 0.73, 0.74)),
        ("count", [1, 2], (0, 1, 2)),
        ("count", [-0.0004, 0.0006], (-1, 0, 1)),
        ("score", [5], (4.5, 4.75, 5, 5.25, 5.5)),
        ("score", [5, 5.000000000000001], (4.5, 4.75, 5, 5.25, 5.5)),
    ],
)
def test_amounts_begin_at_zero_and_rates_where_they_are(unit, values, at):
    assert number_marks(values, unit, "en").at == at


@pytest.mark.parametrize(
    ("days", "grain", "words"),
    [
        ([date(2026, 9, 28), date(2026, 9, 29)], "day", ("28 Sep", "29 Sep")),
        ([date(2026, 7, 1) + timedelta(day) for day in range(92)], "day", ("Jul 2026", "Aug 2026", "Sep 2026")),
        ([date(year, 1, 1) for year in (2024, 2025)], "year", ("2024", "2025")),
        ([date(2025, 9, 1), date(2026, 9, 1)], "year", ("Sep 2025", "Sep 2026")),
    ],
)
def test_time_is_marked_by_months_or_by_the_few_periods(days, grain, words):
    assert date_marks(days, grain, "en").words == words


def test_a_day_is_its_midnight_in_utc_so_that_no_time_zone_shifts_it():
    assert moment(date(1970, 1, 2)) == 86_400_000
    assert CHARTS["full"]["encoding"]["x"]["scale"]["type"] == "utc"


def test_a_waterfall_leads_from_the_value_before_to_the_one_now():
    rows = CHARTS["waterfall"]["data"]["values"]
    assert [(row["begin"], row["end"]) for row in rows] == [(0.03, 0.03), (0.03, 0.05), (0.05, 0.04), (0.04, 0.04)]
    assert [row["kind"] for row in rows] == ["whole", "good", "bad", "whole"]


def test_pages_name_the_style_sheets_colours_and_pictures_have_their_values():
    styles = look.STYLES.read_text(encoding="utf-8")
    named = set(re.findall(r"var\(--([\w-]+)\)", str(look.of_page())))
    assert {"data", "ink", "ground"} < named
    for theme, ground in (("light", "#ffffff"), ("dark", "#14171b")):
        config = look.of_picture(theme)
        assert config["background"] == ground
        assert "var(" not in str(config)
    assert all(f"--{role}:" in styles for role in named)


@pytest.mark.parametrize("name", ["full", "parts"])
def test_a_picture_says_title_period_and_source(name):
    framed = picture.framed(CHARTS[name], "Rate <of> all", ["March 2026"], ["as of today"])
    svg = picture.drawn(framed, "svg", "dark").decode()
    for words in ("Rate &lt;of&gt; all", "March 2026", "as of today"):
        assert words in svg
    png = picture.drawn(framed, "png", "light")
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    assert 1400 < width < 1800
    assert height > 500
