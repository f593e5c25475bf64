"""How charts look: the roles of the site's style sheet, as Vega-Lite's configuration.

A page's charts name the custom properties themselves (``var(--data)``), so that they follow its theme; a picture has
the values that the style sheet gives them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
STYLES = Path(__file__).parent.parent / "static" / "site.css"
SYSTEM_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
PICTURE_FONT = "Liberation Sans, Helvetica Neue, Arial, sans-serif"


def of_page() -> dict[str, Any]:
    """The configuration of a page's charts."""
    return _config(lambda role: f"var(--{role})", SYSTEM_FONT) | {"background": "transparent"}


def of_picture(theme: Theme) -> dict[str, Any]:
    """The configuration of a picture in a theme."""
    colours = _colours(theme)
    return _config(colours.__getitem__, PICTURE_FONT) | {"background": colours["ground"], "padding": 16}


@cache
def _colours(theme: Theme) -> dict[str, str]:
    """The custom properties of a theme, as the style sheet says."""
    roles = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\);", STYLES.read_text(encoding="utf-8"))
    return {role: light if theme == "light" else dark for role, light, dark in roles}


def _config(colour: Callable[[str], str], font: str) -> dict[str, Any]:
    hairline, ink, quiet, data = (colour(role) for role in ("hairline", "ink", "quiet", "data"))
    ground = colour("ground")
    return {
        "font": font,
        "view": {"stroke": None},
        "axis": {
            "domain": False, "ticks": False, "grid": False, "labelColor": quiet, "labelFontSize": 12, "labelPadding": 8,
            "gridColor": hairline, "title": None,
        },
        "axisX": {"domain": True, "domainColor": hairline, "ticks": True, "tickColor": hairline, "labelOverlap": True,
                  "labelFlush": True},
        "axisY": {"grid": True},
        "header": {"labelColor": ink, "labelFontSize": 12, "labelFontWeight": 600, "labelAnchor": "start"},
        "title": {"anchor": "start", "color": ink, "fontSize": 20, "fontWeight": 600, "subtitleColor": quiet,
                  "subtitleFontSize": 14, "subtitlePadding": 8, "offset": 16},
        "style": {
            "line": {"color": data, "strokeWidth": 1.75, "strokeJoin": "round"},
            "unproven": {"color": quiet},
            "dot": {"color": data, "filled": True, "opacity": 1},
            "open": {"color": data, "fill": ground, "strokeWidth": 1.75, "opacity": 1},
            "target": {"color": colour("target"), "strokeWidth": 1, "strokeDash": [4, 3]},
            "bounds": {"color": colour("target"), "fillOpacity": 0.12},
            "limit": {"color": quiet, "strokeWidth": 0.5},
            "band": {"color": colour("band"), "fillOpacity": 0.7},
            "forecast": {"color": data, "strokeWidth": 1.5, "strokeDash": [2, 3]},
            "signal": {"color": ink, "strokeWidth": 1.25, "opacity": 1},
            "event": {"color": quiet, "strokeWidth": 0.75, "strokeDash": [1, 3]},
            "number": {"color": quiet, "filled": True, "opacity": 1},
            "digit": {"color": ground, "fontSize": 11, "fontWeight": 600},
            "halo": {"color": ground, "stroke": ground, "strokeWidth": 5, "strokeJoin": "round", "fontSize": 14,
                     "fontWeight": 600},
            "last": {"color": ink, "fontSize": 14, "fontWeight": 600},
            "cursor": {"color": quiet, "strokeWidth": 1},
            "whole": {"color": ink, "filled": True, "opacity": 1},
            "good": {"color": colour("on-target")},
            "bad": {"color": colour("off-target")},
            "plain": {"color": data},
            "words": {"color": ink, "fontSize": 12},
            "source": {"color": quiet, "fontSize": 12},
        },
    }  # fmt: skip
