"""Where the last values of a KPI are heading: a straight line through them, and how sure its direction is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, cos, inf, pi, sin, sqrt
from statistics import fmean

from metrics.steering.rounding import RELATIVE

SHOWN_PERIODS = 8
LEAST_PERIODS = 4
SURE = 0.9


@dataclass(frozen=True)
class Line:
    """A least-squares line: its slope per period, and 1 − the two-sided p-value that there is none."""

    slope: float
    confidence: float

    @property
    def direction(self) -> str:
        """``up`` or ``down`` where the slope is beyond doubt, else ``flat``."""
        if self.confidence < SURE:
            return "flat"
        return "up" if self.slope > 0 else "down"


def line_through(points: Sequence[tuple[int, float]]) -> Line | None:
    """The line through (period, value), its slope judged by Student's t; None for fewer than 4 points."""
    if len(points) < LEAST_PERIODS:
        return None
    middle, mean = fmean(x for x, _ in points), fmean(y for _, y in points)
    spread = sum((x - middle) ** 2 for x, _ in points)
    slope = sum((x - middle) * (y - mean) for x, y in points) / spread
    if abs(slope) <= RELATIVE * max(abs(y) for _, y in points):
        return Line(0.0, 0.0)
    rest = sum((y - mean - slope * (x - middle)) ** 2 for x, y in points)
    degrees = len(points) - 2
    error = sqrt(rest / degrees / spread)
    return Line(slope, within(slope / error if error else inf, degrees))


def within(t: float, degrees: int) -> float:
    """The probability that Student's t is not farther from 0 than ``t``.

    By the finite sums of M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4.
    """
    angle = atan(abs(t) / sqrt(degrees))
    is_odd = degrees % 2
    term = cos(angle) if is_odd else 1.0
    total = 0.0
    for power in range(is_odd, degrees - 1, 2):
        total += term
        term *= (power + 1) / (power + 2) * cos(angle) ** 2
    total *= sin(angle)
    return 2 / pi * (angle + total) if is_odd else total
