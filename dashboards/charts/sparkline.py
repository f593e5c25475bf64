"""Draws the last periods of a KPI as a line of SVG, small enough to stand in a tile or a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 240.0, 48.0, 5.0


@dataclass(frozen=True)
class Sparkline:
    """The strokes of a sparkline in a box of ``WIDTH`` × ``HEIGHT``.

    ``line`` and ``target`` are the paths of values and targets, broken where there is none; ``last`` is where the last
    value lies, None if there is none.
    """

    line: str
    target: str
    last: tuple[float, float] | None


def sparkline(values: Sequence[float | None], targets: Sequence[float | None]) -> Sparkline:
    """Draw values and the targets of the same periods."""
    known = [number for number in (*values, *targets) if number is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)

    def points(numbers: Sequence[float | None]) -> list[tuple[float, float] | None]:
        return [None if n is None else (MARGIN + i * step, _height(n, low, high)) for i, n in enumerate(numbers)]

    course = points(values)
    last = next((point for point in reversed(course) if point is not None), None)
    return Sparkline(" ".join(_path(course)), " ".join(_path(points(targets))), last)


def _height(number: float, low: float, high: float) -> float:
    share = (high - number) / (high - low) if high > low else 0.5
    return MARGIN + share * (HEIGHT - 2 * MARGIN)


def _path(points: Sequence[tuple[float, float] | None]) -> Iterator[str]:
    """Yield a path's steps; a point alone between gaps is a stroke without length, which a round cap shows."""
    for before, point in zip([None, *points], points, strict=False):
        if point is not None:
            yield f"{'M' if before is None else 'L'}{point[0]:.1f} {point[1]:.1f}{'h0' if before is None else ''}"
