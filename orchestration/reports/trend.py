"""A KPI's course as a small picture that a Markdown text carries in itself.

Dagster's pages show a Markdown text of fewer than 1000 characters at once and a longer one behind a button: so the
picture is drawn with few strokes, and its words stand below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from orchestration.reports.wording import sparkline

WIDTH, HEIGHT, MARGIN = 225, 80, 5
LINE, TARGET = "#34d", "#b51"
# What a Markdown link may hold as it is.
PLAIN = "/:=',;"


@dataclass(frozen=True)
class Point:
    """One period: what it is called, its value and target (None: none), and whether the value is certified."""

    period: str
    value: float | None
    target: float | None
    certified: bool | None


def trend(points: Sequence[Point], title: str, low: str, high: str) -> str:
    """Draw the points as Markdown: a picture, and below it the same as a line of text.

    ``low`` and ``high`` are the least and the greatest value or target in words.
    """
    bars = sparkline([point.value for point in points])
    words = f"{low} … {high}\n\n{points[0].period} … {points[-1].period}{_legend(points)}"
    return f"![{title}](data:image/svg+xml,{quote(_svg(points), safe=PLAIN)})\n\n`{bars}` {words}"


def extent(points: Sequence[Point]) -> tuple[float, float] | None:
    """Return the least and the greatest value or target; None if there is not one value."""
    values = [point.value for point in points if point.value is not None]
    targets = [point.target for point in points if point.target is not None]
    return (min(values + targets), max(values + targets)) if values else None


def _legend(points: Sequence[Point]) -> str:
    dots = ", • not certified" if any(point.value is not None and not point.certified for point in points) else ""
    return dots + (", - - target" if any(point.target is not None for point in points) else "")


def _svg(points: Sequence[Point]) -> str:
    span = extent(points) or (0.0, 0.0)
    values = _heights([point.value for point in points], span)
    targets = _heights([point.target for point in points], span)
    unproven = [None if point.certified else height for point, height in zip(points, values, strict=True)]
    size = f"0 0 {WIDTH + 2 * MARGIN} {HEIGHT + 2 * MARGIN}"
    drawn = (
        _drawn(_line(targets), f"stroke='{TARGET}' stroke-dasharray='4'"),
        _drawn(_line(values), f"stroke='{LINE}'"),
        _drawn(_dots(unproven), f"stroke='{LINE}' stroke-width='5' stroke-linecap='round'"),
    )
    return f"<svg xmlns='http://www.w3.org/2000/svg' width='440' viewBox='{size}' fill='none'>{''.join(drawn)}</svg>"


def _heights(values: Sequence[float | None], span: tuple[float, float]) -> list[int | None]:
    """Where values lie between the least at the bottom and the greatest at the top, which is 0."""
    low, high = span
    share = [None if value is None else (high - value) / (high - low) if high > low else 0.5 for value in values]
    return [None if part is None else round(part * HEIGHT) for part in share]


def _drawn(path: str, style: str) -> str:
    return f"<path {style} d='{path}'/>" if path else ""


def _line(heights: Sequence[int | None]) -> str:
    """A path through the heights, broken where there is none; its steps are relative, which takes fewest characters."""
    path, step = "", _step(heights)
    for i, (before, height) in enumerate(zip([None, *heights], heights, strict=False)):
        if height is not None:
            path += _move(i * step, height) if before is None else _go(path, step, height - before)
    return path


def _dots(heights: Sequence[int | None]) -> str:
    """A stroke without length at every height."""
    step = _step(heights)
    return "".join(_move(i * step, height) + "h0" for i, height in enumerate(heights) if height is not None)


def _step(heights: Sequence[int | None]) -> int:
    return WIDTH // max(len(heights) - 1, 1)


def _move(x: int, y: int) -> str:
    return f"M{MARGIN + x},{MARGIN + y}"


def _go(path: str, right: int, down: int) -> str:
    begun = "l" in path[path.rindex("M") :]
    return f"{',' if begun else 'l'}{right}{'' if down < 0 else ','}{down}"
