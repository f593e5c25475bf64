"""The course of a KPI as a Vega-Lite chart: values, targets, what is usual, what is expected, and what happened when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboards.charts.axis import Marks, date_marks, number_marks
from metrics.calendar import Grain
from metrics.wording.numbers import Language

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
HEIGHT = 264
# room above the values for numbered events
ABOVE = 28
FEW = 13
Spec = dict[str, Any]


@dataclass(frozen=True)
class Point:
    """A period of a course; a number that it lacks is None.

    ``low`` and ``high`` bound what is promised, ``usual_low`` and ``usual_high`` what is usual, ``forecast_low`` and
    ``forecast_high`` what is expected. ``is_signal``: the value is more than noise.
    """

    start: date
    value: float | None = None
    is_open: bool = False
    target: float | None = None
    low: float | None = None
    high: float | None = None
    usual_low: float | None = None
    usual_high: float | None = None
    forecast: float | None = None
    forecast_low: float | None = None
    forecast_high: float | None = None
    is_signal: bool = False

    def numbers(self) -> dict[str, float]:
        """Its numbers by name, those that it has, to the six digits that a chart can show."""
        names = ("value", "target", "low", "high", "usual_low", "usual_high")
        names = (*names, "forecast", "forecast_low", "forecast_high")
        return {name: float(f"{number:.6g}") for name in names if (number := getattr(self, name)) is not None}


@dataclass(frozen=True)
class Course:
    """What a chart of a course shows; ``points`` the oldest first, without a gap between periods that are drawn.

    ``last`` is what stands beside the last value; ``events`` are (first day of a period, number); a course that
    ``is_proven`` is in the colour of data.
    """

    points: Sequence[Point]
    grain: Grain
    unit: str | None
    lang: Language
    last: str = ""
    events: Sequence[tuple[date, str]] = ()
    is_proven: bool = True


def course_chart(course: Course) -> Spec:
    """Return the chart, as wide as its container; its parameter ``at`` is the time that a reader looks at."""
    rows = list(_rows(course))
    known = [number for point in course.points for number in point.numbers().values()]
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": HEIGHT,
        "autosize": {"type": "fit", "contains": "padding"},
        "params": [{"name": "at", "value": 0}],
        "data": {"name": "course", "values": rows},
        "encoding": {"x": _x(course)},
        "layer": list(_layers(course, rows, number_marks(known, course.unit, course.lang))),
    }


def _rows(course: Course) -> Iterator[dict[str, Any]]:
    """The data of a chart; a ``dot`` marks what a line cannot show: the last value, and those that stand alone."""
    closed = [None if point.is_open else point.value for point in course.points]
    last = max((place for place, value in enumerate(closed) if value is not None), default=None)
    for place, point in enumerate(course.points):
        row: dict[str, Any] = {"start": point.start.isoformat(), **point.numbers()}
        alone = all(value is None for value in (*closed[max(place - 1, 0) : place], *closed[place + 1 : place + 2]))
        if closed[place] is not None and (place == last or alone or len(closed) <= FEW):
            row["dot"] = 1
        if place == last:
            row["last"] = course.last
        yield row | ({"open": 1} if point.is_open else {}) | ({"signal": 1} if point.is_signal else {})


def _x(course: Course) -> Spec:
    marks = date_marks([point.start for point in course.points], course.grain, course.lang)
    return {"field": "start", "type": "temporal", "scale": {"type": "utc"}, "axis": {"title": None, **marks.vega()}}


def _y(field: str, marks: Marks) -> Spec:
    scale = {"domain": [marks.at[0], marks.at[-1]], "range": [{"expr": "height"}, ABOVE], "zero": False, "nice": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": {"title": None, **marks.vega()}}


def _layers(course: Course, rows: Sequence[Mapping[str, Any]], marks: Marks) -> Iterator[Spec]:
    """The layers, the lowest first; one for which there are no data is left out."""
    held = {name for row in rows for name in row}
    line = ["line"] if course.is_proven else ["line", "unproven"]
    if "low" in held:
        yield _area("bounds", "low", "high", marks)
    if "forecast_low" in held:
        yield _area("band", "forecast_low", "forecast_high", marks)
    if "usual_low" in held:
        yield from (_line(["limit"], limit, marks) for limit in ("usual_low", "usual_high"))
    if course.events:
        yield from _events(course.events)
    if "target" in held:
        yield _line(["target"], "target", marks)
    if "forecast" in held:
        yield _line(["forecast"], "forecast", marks)
    yield _line(line, "value", marks) | _only("datum.open !== 1")
    yield from _dots(held, marks)
    if "last" in held:
        yield from _last("forecast" in held, marks)
    yield from _cursor(marks)


def _line(style: list[str], field: str, marks: Marks) -> Spec:
    return {"mark": {"type": "line", "style": style}, "encoding": {"y": _y(field, marks)}}


def _area(style: str, low: str, high: str, marks: Marks) -> Spec:
    encoding = {"y": _y(low, marks), "y2": {"field": high}}
    return {"mark": {"type": "area", "style": style, "clip": True}, "encoding": encoding} | _only(f"isValid(datum.{low})")


def _point(style: str, size: int, only: str, marks: Marks) -> Spec:
    return {"mark": {"type": "point", "style": style, "size": size}, "encoding": {"y": _y("value", marks)}} | _only(only)


def _dots(held: set[str], marks: Marks) -> Iterator[Spec]:
    if "dot" in held:
        yield _point("dot", 36, "datum.dot === 1", marks)
    if "open" in held:
        yield _point("open", 48, "datum.open === 1", marks)
    if "signal" in held:
        yield _point("signal", 144, "datum.signal === 1", marks)


def _last(has_forecast: bool, marks: Marks) -> Iterator[Spec]:
    """The last value at its point: to its right, or above it where its forecast lies to the right."""
    place = {"align": "center", "dy": -16} if has_forecast else {"align": "right", "dy": -16, "dx": 4}
    encoding = {"y": _y("value", marks), "text": {"field": "last", "type": "nominal"}}
    for style in ("halo", "last"):
        yield {"mark": {"type": "text", "style": style, **place}, "encoding": encoding} | _only("isValid(datum.last)")


def _events(events: Sequence[tuple[date, str]]) -> Iterator[Spec]:
    data = {"values": [{"start": day.isoformat(), "number": number} for day, number in events]}
    top = {"value": ABOVE / 2}
    yield {"data": data, "mark": {"type": "rule", "style": "event"}}
    yield {"data": data, "mark": {"type": "point", "style": "number", "size": 280, "shape": "circle"}, "encoding": {"y": top}}
    text = {"field": "number", "type": "nominal"}
    yield {"data": data, "mark": {"type": "text", "style": "digit"}, "encoding": {"y": top, "text": text}}


def _cursor(marks: Marks) -> Iterator[Spec]:
    """The period that a reader looks at."""
    looked_at = _only("time(toDate(datum.start)) === at")
    yield {"mark": {"type": "rule", "style": "cursor"}} | looked_at
    yield _point("dot", 64, "time(toDate(datum.start)) === at", marks)


def _only(condition: str) -> Spec:
    return {"transform": [{"filter": condition}]}
