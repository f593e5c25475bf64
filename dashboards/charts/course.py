"""The course of a KPI as a Vega-Lite chart: values, targets, what is usual and expected, and what happened when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboards.charts.axis import Marks, date_marks, moment, number_marks
from metrics.calendar import Grain
from metrics.wording.numbers import Language

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
HEIGHT = 240
# room above the values for numbered events
ABOVE = 28
FEW = 13
NUMBERS = (
    "value", "target", "low", "high", "usual_low", "usual_high", "forecast", "forecast_low", "forecast_high",
)  # fmt: skip
FLAGS = ("open", "signal", "dot", "last")
Spec = dict[str, Any]
WHOLE_HEIGHT: Spec = {"y": {"value": 0}, "y2": {"value": HEIGHT}}


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
        """Its numbers by name, those that it has."""
        return {name: number for name in NUMBERS if (number := getattr(self, name)) is not None}


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
    held = [name for name in (*NUMBERS, *FLAGS) if any(name in row for row in rows)]
    known = [number for point in course.points for number in point.numbers().values()]
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": HEIGHT,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "params": [{"name": "at", "value": 0}],
        "data": _data(rows, held),
        "encoding": {"x": _x(course), "y": _y(number_marks(known, course.unit, course.lang))},
        "layer": list(_layers(course, held)),
    }


def _rows(course: Course) -> Iterator[dict[str, str]]:
    """The data of a chart; a ``dot`` marks what a line cannot show: the last value, and those that stand alone."""
    closed = [None if point.is_open else point.value for point in course.points]
    last = max((place for place, value in enumerate(closed) if value is not None), default=None)
    for place, point in enumerate(course.points):
        beside = (*closed[max(place - 1, 0) : place], *closed[place + 1 : place + 2])
        alone = len(closed) <= FEW or all(value is None for value in beside)
        flags = {
            "open": point.is_open,
            "signal": point.is_signal,
            "dot": closed[place] is not None and (alone or place == last),
            "last": place == last,
        }
        numbers = {name: f"{number:.6g}" for name, number in point.numbers().items()}
        yield {"start": point.start.isoformat(), **numbers, **{name: "1" for name, holds in flags.items() if holds}}


def _data(rows: Sequence[Mapping[str, str]], held: Sequence[str]) -> Spec:
    """The data as CSV, with the six digits that a chart can show, which takes a third of the room of objects."""
    columns = ("start", *held)
    lines = [",".join(columns), *(",".join(row.get(column, "") for column in columns) for row in rows)]
    types = {"start": "date", **dict.fromkeys(held, "number")}
    return {"name": "course", "values": "\n".join(lines), "format": {"type": "csv", "parse": types}}


def _x(course: Course) -> Spec:
    starts = [point.start for point in course.points]
    marks = date_marks(starts, course.grain, course.lang)
    scale = {"type": "utc", "domain": [moment(starts[0]), moment(starts[-1])]}
    return {"field": "start", "type": "temporal", "scale": scale, "axis": {"title": None, **marks.vega()}}


def _y(marks: Marks) -> Spec:
    scale = {"domain": [marks.at[0], marks.at[-1]], "range": [HEIGHT, ABOVE], "zero": False, "nice": False}
    return {"type": "quantitative", "scale": scale, "axis": {"title": None, **marks.vega()}}


def _layers(course: Course, held: Sequence[str]) -> Iterator[Spec]:
    """The layers, the lowest first; one for which there are no data is left out."""
    proven = [] if course.is_proven else ["unproven"]
    if "low" in held:
        yield _area("bounds", "low", "high")
    if "forecast_low" in held:
        yield _area("band", "forecast_low", "forecast_high")
    if "usual_low" in held:
        yield from (_line(["limit"], limit) for limit in ("usual_low", "usual_high"))
    if course.events:
        yield from _events(course.events)
    if "target" in held:
        yield _line(["target"], "target")
    if "forecast" in held:
        yield _line(["forecast"], "forecast")
    if "value" in held:
        yield _line(["line", *proven], "value") | _only("datum.open !== 1")
        yield from _dots(held, proven)
        yield from _cursor(proven)
    if "last" in held:
        yield from _last(course.last, "forecast" in held)


def _line(style: list[str], field: str) -> Spec:
    return {"mark": {"type": "line", "style": style}, "encoding": {"y": {"field": field}}}


def _area(style: str, low: str, high: str) -> Spec:
    encoding = {"y": {"field": low}, "y2": {"field": high}}
    return {"mark": {"type": "area", "style": style, "clip": True}, "encoding": encoding} | _only(
        f"isValid(datum.{low})"
    )


def _point(style: list[str], size: int, only: str) -> Spec:
    return {"mark": {"type": "point", "style": style, "size": size}, "encoding": {"y": {"field": "value"}}} | _only(
        only
    )


def _dots(held: Sequence[str], proven: list[str]) -> Iterator[Spec]:
    if "dot" in held:
        yield _point(["dot", *proven], 36, "datum.dot === 1")
    if "open" in held:
        yield _point(["open", *proven], 48, "datum.open === 1")
    if "signal" in held:
        yield _point(["signal"], 144, "datum.signal === 1")


def _last(words: str, has_forecast: bool) -> Iterator[Spec]:
    """The last value above its point, inside of the chart where no forecast lies to its right."""
    mark = {"type": "text", "text": words, "align": "center" if has_forecast else "right", "dy": -16}
    for style in ("halo", "last"):
        yield {"mark": {**mark, "style": style}, "encoding": {"y": {"field": "value"}}} | _only("datum.last === 1")


def _events(events: Sequence[tuple[date, str]]) -> Iterator[Spec]:
    """What happened, as a number above a line through its period."""
    data = {"values": [{"start": day.isoformat(), "number": number} for day, number in events]}
    top = {"value": ABOVE / 2}
    text = {"field": "number", "type": "nominal"}
    yield {"data": data, "mark": {"type": "rule", "style": "event"}, "encoding": WHOLE_HEIGHT}
    yield {
        "data": data,
        "mark": {"type": "point", "style": "number", "size": 280, "shape": "circle"},
        "encoding": {"y": top},
    }
    yield {"data": data, "mark": {"type": "text", "style": "digit"}, "encoding": {"y": top, "text": text}}


def _cursor(proven: list[str]) -> Iterator[Spec]:
    """The period that a reader looks at."""
    looked_at = "time(datum.start) === at"
    yield {"mark": {"type": "rule", "style": "cursor"}, "encoding": WHOLE_HEIGHT} | _only(looked_at)
    yield _point(["dot", *proven], 64, looked_at)


def _only(condition: str) -> Spec:
    return {"transform": [{"filter": condition}]}
