"""Where the last values of a KPI are heading: a straight line through them, and how sure its direction is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import fmean, linear_regression

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
    periods, values = [float(x) for x, _ in points], [y for _, y in points]
    slope, intercept = linear_regression(periods, values)
    if abs(slope) <= RELATIVE * max(abs(value) for value in values):
        return Line(0.0, 0.0)
    rest = sum((y - intercept - slope * x) ** 2 for x, y in points)
    middle = fmean(periods)
    spread = sum((x - middle) ** 2 for x in periods)
    degrees = len(points) - 2
    error = sqrt(rest / degrees / spread)
    return Line(slope, within(slope / error if error else inf, degrees))


def within(t: float, degrees: int) -> float:
    """The probability that Student's t is not farther from 0 than ``t``."""
    from scipy.special import stdtr  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType, reportAttributeAccessIssue]

    return 1 - 2 * float(stdtr(degrees, -abs(t)))  # pyright: ignore[reportUnknownArgumentType]
