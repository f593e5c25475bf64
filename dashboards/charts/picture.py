"""A chart as a picture that stands alone: with its title, its period, what its numbers mean, and its source."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Literal

from dashboards.charts.course import Spec
from dashboards.charts.look import Theme, of_picture

WIDTH = 720
LETTERS = 108
LINE = 18
Kind = Literal["png", "svg"]


def framed(spec: Spec, title: str, subtitle: Sequence[str], below: Sequence[str]) -> Spec:
    """Return a chart with a title, with texts below it, and with others below the chart.

    One that filled its container gets a width.
    """
    under = [line for text in subtitle for line in wrap(text, LETTERS)]
    heading = {"title": {"text": wrap(title, LETTERS // 2), "subtitle": under}}
    lines = [line for text in below for line in wrap(text, LETTERS)]
    sized = {"width": WIDTH, "autosize": "pad"} if spec.get("width") == "container" else {}
    foot = {
        "data": {"values": [{}]},
        "width": WIDTH,
        "height": LINE * len(lines),
        "view": {"stroke": None},
        "mark": {
            "type": "text",
            "style": "source",
            "text": lines,
            "align": "left",
            "baseline": "top",
            "lineHeight": LINE,
        },
        "encoding": {"x": {"value": 0}, "y": {"value": 0}},
    }
    chart = {name: value for name, value in (spec | sized).items() if name not in ("$schema", "autosize", "params")}
    params = {"params": spec["params"]} if "params" in spec else {}
    return {"$schema": spec["$schema"], **params, **heading, "spacing": 24, "vconcat": [chart, foot]}


def drawn(spec: Spec, kind: Kind, theme: Theme) -> bytes:
    """Draw a chart in a theme; nothing is fetched for it."""
    import vl_convert

    config = of_picture(theme)
    if kind == "svg":
        return vl_convert.vegalite_to_svg(spec, config=config, allowed_base_urls=[]).encode()
    return vl_convert.vegalite_to_png(spec, config=config, scale=2, allowed_base_urls=[])
