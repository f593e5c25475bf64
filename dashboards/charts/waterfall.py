"""What drove a KPI from one period to another as a Vega-Lite waterfall: the largest contribution first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dashboards.charts.axis import number_marks
from dashboards.charts.course import SCHEMA, Spec
from metrics.wording.numbers import Language

ROW = 32
# room on the right for what is written beside the bars
BESIDE = 88
Kind = Literal["whole", "good", "bad", "plain"]


@dataclass(frozen=True)
class Step:
    """A row of a waterfall: a ``whole`` stands at ``end``, a contribution leads from ``begin`` to ``end``."""

    label: str
    begin: float
    end: float
    words: str
    kind: Kind


@dataclass(frozen=True)
class Fall:
    """A waterfall: ``steps`` from the value before to the value now, in the unit of a KPI."""

    steps: Sequence[Step]
    unit: str | None
    lang: Language


def waterfall_chart(fall: Fall) -> Spec:
    """Return the chart, as wide as its container, a row each step.

    Its axis does not begin at zero, since contributions are small beside the whole; so wholes are points and no bars.
    """
    reach = [number for step in fall.steps for number in (step.begin, step.end)]
    marks = number_marks(reach, fall.unit, fall.lang, from_zero=False)
    span = {"domain": [marks.at[0], marks.at[-1]], "range": [0, {"expr": f"width - {BESIDE}"}]}
    scale = {**span, "nice": False, "zero": False}
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": ROW * len(fall.steps),
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": [_row(place, step) for place, step in enumerate(fall.steps)]},
        "encoding": {
            "y": {
                "field": "place",
                "type": "ordinal",
                "scale": {"paddingInner": 0.5, "paddingOuter": 0.25},
                "axis": {"labelExpr": _labels(fall.steps), "labelLimit": 132, "title": None, "grid": False},
            },
            "x": {
                "field": "end",
                "type": "quantitative",
                "scale": scale,
                "axis": {**marks.vega(), "grid": True, "domain": False, "ticks": False, "title": None},
            },
        },
        "layer": [*_bars(fall.steps), _words()],
    }


def _row(place: int, step: Step) -> dict[str, Any]:
    begin, end = (float(f"{number:.6g}") for number in (step.begin, step.end))
    return {"place": place, "begin": begin, "end": end, "words": step.words, "kind": step.kind}


def _labels(steps: Sequence[Step]) -> str:
    """The labels of rows by their place, since two rows may have the same one."""
    import json

    return f"{json.dumps([step.label for step in steps], ensure_ascii=False)}[datum.value]"


def _bars(steps: Sequence[Step]) -> Iterator[Spec]:
    for kind in ("good", "bad", "plain"):
        if any(step.kind == kind for step in steps):
            yield {
                "transform": [{"filter": f"datum.kind === '{kind}'"}],
                "mark": {"type": "bar", "style": kind, "minBandSize": 1},
                "encoding": {"x": {"field": "begin", "type": "quantitative"}, "x2": {"field": "end"}},
            }
    yield {
        "transform": [{"filter": "datum.kind === 'whole'"}],
        "mark": {"type": "point", "style": "whole", "size": 96, "shape": "circle"},
    }


def _words() -> Spec:
    """What is written on the right of each bar."""
    return {
        "transform": [{"calculate": "max(datum.begin, datum.end)", "as": "edge"}],
        "mark": {"type": "text", "style": "words", "align": "left", "dx": 8},
        "encoding": {"x": {"field": "edge", "type": "quantitative"}, "text": {"field": "words", "type": "nominal"}},
    }
