"""How progress is graded, from 0 to 1."""

from __future__ import annotations

from typing import Literal

from metrics.steering.rounding import at_least

Status = Literal["on_target", "at_risk", "off_target", "no_target", "no_data"]
# The share of what is expected from which a miss is still only at risk. On the scale from 0 to 1, OKRs are usually
# graded green from 0.7 on: Doerr, Measure What Matters (2018), ch. 10; Google re:Work, "Set goals with OKRs".
NEARLY = 0.7


def grade(progress: float, expected: float) -> Status:
    """Grade progress by what is expected by now."""
    if at_least(progress, expected):
        return "on_target"
    return "at_risk" if at_least(progress, NEARLY * expected) else "off_target"


def share_of_way(current: float, baseline: float, target: float) -> float:
    """How much of the way from baseline to target is done, whichever way it goes, from 0 to 1."""
    return clipped((current - baseline) / (target - baseline))


def clipped(share: float) -> float:
    """The share, but not less than 0 nor more than 1."""
    return min(max(share, 0.0), 1.0)
