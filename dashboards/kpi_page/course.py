"""The course of a KPI at each grain: its chart, the same figures as a table, and what happened when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dashboards import tiles
from dashboards.charts.course import Course, Point, Spec, course_chart
from dashboards.kpi_page.events import Note, events, noted
from dashboards.mart import Mart, Row, names
from dashboards.speaker import Speaker
from metrics.calendar import GRAINS, Grain

SIGNALS_SHOWN = 5
# how many of the last periods a chart shows; all of the grains that are not here
PERIODS = {"day": 92, "week": 78, "month": 36}
COURSES = f"""
    select course.kpi, course.grain, course.period_start, course.period_end, course.value, course.sample_size,
        course.is_complete, course.target, course.target_low, course.target_high, course.status, course.status_reason,
        course.previous_value, course.year_ago_value, course.certified, limits.lower, limits.upper
    from kpi_values as course
    left join kpi_control_limits as limits using (kpi, grain, period_start)
    where course.slice = ''
    qualify row_number() over (partition by course.kpi, course.grain order by course.period_start desc)
        <= coalesce(map {PERIODS!r}[course.grain], 10000)
    order by course.kpi, course.grain, course.period_start
"""
FORECASTS = "select * from kpi_forecasts order by kpi, grain, period_start"
# missing data are no turn of the KPI: they stand among what happened
SIGNALS = "select * from kpi_signals where rule <> 'missing' order by kpi, grain, period_start desc, rule"


@dataclass(frozen=True)
class Line:
    """A period as a row of a table; ``kind`` is open or forecast for one that is not over, else empty."""

    start: date
    period: str
    value: str
    target: str
    status_words: str
    sample: str
    kind: str


@dataclass(frozen=True)
class Shown:
    """The course at a grain: ``lines`` are the chart's points, the newest first."""

    grain: Grain
    name: str
    is_first: bool
    spec: Spec
    lines: Sequence[Line]
    notes: Sequence[Note]
    signals: Sequence[str]
    has_targets: bool
    has_bounds: bool
    has_limits: bool
    has_forecast: bool


def courses(mart: Mart, say: Speaker, kpi: Row) -> list[Shown]:
    """Return the course at each grain at which a KPI has a value, the finest first."""
    named = names(kpi["grains"])
    return [shown for grain in GRAINS if grain in named and (shown := _shown(mart, say, kpi, grain))]


def totals(mart: Mart, kpi: str, grain: str) -> list[Row]:
    """The last rows of a KPI's total at a grain, as many as a chart shows, the oldest first."""
    return [row for row in mart.by("kpi", COURSES).get(kpi, []) if row["grain"] == grain]


def course_of(
    mart: Mart, say: Speaker, kpi: Row, grain: Grain, rows: Sequence[Row], ahead: Sequence[Row]
) -> tuple[Course, list[Note]]:
    """Return a chart's course of some values and forecasts of a KPI at a grain, and what its numbered events were."""
    signals = {row["period_start"] for row in mart.by("kpi", SIGNALS).get(kpi["kpi"], []) if row["grain"] == grain}
    points = [*_continuous(rows, signals), *_gap(rows, ahead), *(_ahead(row) for row in ahead)]
    closed = [row for row in rows if row["is_complete"] and row["value"] is not None]
    marks, notes = noted(events(mart, say, kpi["kpi"], grain), rows)
    course = Course(
        points=_joined(points),
        grain=grain,
        unit=kpi["unit"],
        lang=say.lang,
        last=say.value(closed[-1]["value"], kpi) if closed else "",
        events=marks,
        is_proven=mart.is_proven(kpi["kpi"]),
    )
    return course, notes


def expected(mart: Mart, kpi: str, grain: str, rows: Sequence[Row]) -> list[Row]:
    """The forecasts of a KPI at a grain that lie ahead of its last complete period."""
    last = max((row["period_start"] for row in rows if row["is_complete"]), default=date.min)
    found = mart.by("kpi", FORECASTS).get(kpi, [])
    return [row for row in found if row["grain"] == grain and row["period_start"] > last]


def _shown(mart: Mart, say: Speaker, kpi: Row, grain: Grain) -> Shown | None:
    rows = totals(mart, kpi["kpi"], grain)
    if all(row["value"] is None for row in rows):
        return None
    ahead = expected(mart, kpi["kpi"], grain, rows)
    course, notes = course_of(mart, say, kpi, grain, rows, ahead)
    lines = [*(_line(say, kpi, row) for row in rows), *(_expected(say, kpi, row) for row in ahead)]
    return Shown(
        grain=grain,
        name=say.term("grain", grain),
        is_first=grain == kpi["review_grain"],
        spec=course_chart(course),
        lines=lines[::-1],
        notes=notes,
        signals=_signals(mart, say, kpi, grain, rows),
        has_targets=any(point.target is not None or point.low is not None for point in course.points),
        has_bounds=any(point.low is not None for point in course.points),
        has_limits=any(point.usual_low is not None for point in course.points),
        has_forecast=bool(ahead),
    )


def _continuous(rows: Sequence[Row], signals: set[date]) -> Iterator[Point]:
    """The points of values; periods that are missing between two are one point without a value, so no line crosses."""
    for before, row in zip([None, *rows], rows, strict=False):
        if before and row["period_start"] > before["period_end"] + timedelta(1):
            yield Point(before["period_end"] + timedelta(1))
        yield Point(
            start=row["period_start"],
            value=row["value"],
            is_open=not row["is_complete"],
            target=row["target"],
            low=row["target_low"],
            high=row["target_high"],
            usual_low=row["lower"],
            usual_high=row["upper"],
            is_signal=row["period_start"] in signals,
        )


def _gap(rows: Sequence[Row], ahead: Sequence[Row]) -> Iterator[Point]:
    """The first of the periods that are missing between the last of some rows and the first that is expected."""
    if rows and ahead and ahead[0]["period_start"] > rows[-1]["period_end"] + timedelta(1):
        yield Point(rows[-1]["period_end"] + timedelta(1))


def _ahead(row: Row) -> Point:
    return Point(
        start=row["period_start"],
        target=row["target"],
        low=row["target_low"],
        high=row["target_high"],
        forecast=row["forecast"],
        forecast_low=row["lower"],
        forecast_high=row["upper"],
    )


def _joined(points: Sequence[Point]) -> Sequence[Point]:
    """One point a period, also if it is open and forecast; a forecast that follows the last value begins at it."""
    merged: dict[date, Point] = {}
    for point in points:
        before = merged.get(point.start)
        merged[point.start] = replace(point, value=before.value, is_open=before.is_open) if before else point
    joined = list(merged.values())
    known = [place for place, point in enumerate(joined[:-1]) if point.value is not None and not point.is_open]
    if known and joined[known[-1] + 1].forecast is not None:
        last, value = joined[known[-1]], joined[known[-1]].value
        joined[known[-1]] = replace(last, forecast=value, forecast_low=value, forecast_high=value)
    return joined


def _line(say: Speaker, kpi: Row, row: Row) -> Line:
    is_open = not row["is_complete"]
    judged = row["status"] or row["status_reason"]
    return Line(
        start=row["period_start"],
        period=say.period(row["grain"], row["period_start"], row["period_end"]),
        value=say.value(row["value"], kpi),
        target=tiles.target(say, row, kpi),
        status_words=say.status(row["status"], row["status_reason"]) if judged or is_open else "",
        sample=say.count(row["sample_size"]),
        kind="open" if is_open else "",
    )


def _expected(say: Speaker, kpi: Row, row: Row) -> Line:
    amounts = {name: say.value(row[name], kpi) for name in ("forecast", "lower", "upper")}
    period = say.period(row["grain"], row["period_start"], row["period_end"])
    words = say.words("kpi")["expected_of"].format(**amounts)
    return Line(row["period_start"], period, words, tiles.target(say, row, kpi), "", "", "forecast")


def _signals(mart: Mart, say: Speaker, kpi: Row, grain: Grain, rows: Sequence[Row]) -> list[str]:
    """What is more than noise in the periods that are shown, the newest first."""
    first = rows[0]["period_start"] if rows else date.max
    found = mart.by("kpi", SIGNALS).get(kpi["kpi"], [])
    return [say.text(row, "words") or "" for row in found if row["grain"] == grain and row["period_start"] >= first][
        :SIGNALS_SHOWN
    ]
