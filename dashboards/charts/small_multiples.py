"""A KPI by slice as a Vega-Lite chart: a small course for each value of the slice, all on the same scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dashboards.charts.axis import date_marks, moment, number_marks
from dashboards.charts.course import FEW, SCHEMA, Spec
from metrics.calendar import Grain
from metrics.wording.numbers import Language

COLUMNS = 3
WIDTH, HEIGHT = 208, 112
MOST_DATES = 3


def small_multiples(
    parts: Mapping[str, Sequence[tuple[date, float | None]]],
    grain: Grain,
    unit: str | None,
    lang: Language,
    is_proven: bool = True,
) -> Spec:
    """Return the chart of ``parts``: (first day of a period, value) by what stands above each, in their order.

    Parts that are ``is_proven`` are in the colour of data, others in grey.
    """
    proven = [] if is_proven else ["unproven"]
    starts = sorted({start for course in parts.values() for start, _ in course})
    known = [number for course in parts.values() for _, number in course if number is not None]
    marks, dates = number_marks(known, unit, lang), date_marks(starts, grain, lang, MOST_DATES)
    y = {"domain": [marks.at[0], marks.at[-1]], "nice": False, "zero": False}
    x = {"type": "utc", "domain": [moment(starts[0]), moment(starts[-1])]}
    return {
        "$schema": SCHEMA,
        "data": {"values": [_row(name, start, value) for name, course in parts.items() for start, value in course]},
        "facet": {"field": "part", "type": "nominal", "sort": list(parts), "title": None},
        "columns": COLUMNS,
        "spec": {
            "width": WIDTH,
            "height": HEIGHT,
            "encoding": {
                "x": {"field": "start", "type": "temporal", "scale": x, "axis": {"title": None, **dates.vega()}},
                "y": {"field": "value", "type": "quantitative", "scale": y, "axis": {"title": None, **marks.vega()}},
            },
            "layer": [{"mark": {"type": "line", "style": ["line", *proven]}}, *_dots(starts, proven)],
        },
    }


def _row(part: str, start: date, value: float | None) -> dict[str, Any]:
    return {"part": part, "start": start.isoformat(), "value": value}


def _dots(starts: Sequence[date], proven: Sequence[str]) -> list[Spec]:
    """Dots, where a line through few periods shows little."""
    return [{"mark": {"type": "point", "style": ["dot", *proven], "size": 24}}] if len(starts) <= FEW else []
