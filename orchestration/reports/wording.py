"""How numbers and periods of a KPI are written for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

BARS = "▁▂▃▄▅▆▇█"


def value(number: float | None, unit: str | None, currency: str | None = None) -> str:
    """Write a KPI's value in its unit; percent is stored as a fraction."""
    if number is None:
        return "–"
    if unit == "percent":
        return f"{number:.1%}"
    if unit == "currency":
        digits = 0 if abs(number) >= 1000 else 2
        return f"{number:,.{digits}f} {currency or ''}".rstrip()
    if unit in ("seconds", "days"):
        return f"{number:,.1f} {unit[0]}"
    return f"{number:,.0f}" if unit == "count" else f"{number:,.1f}"


def change(number: float | None, before: float | None, unit: str | None) -> str:
    """Write a change against ``before``: percentage points for a percent, else in percent."""
    if number is None or before is None:
        return "–"
    if unit == "percent":
        return f"{(number - before) * 100:+.1f} pp"
    return f"{number / before - 1:+.1%}" if before else "–"


def period(start: Any, grain: str | None) -> str:
    """Write a period by its first day and grain."""
    if start is None:
        return "–"
    if grain == "month":
        return f"{start:%Y-%m}"
    if grain == "quarter":
        return f"quarter {start:%Y-%m}"
    if grain == "year":
        return f"year {start:%Y}"
    return f"week {start}" if grain == "week" else str(start)


def sparkline(values: Sequence[float | None]) -> str:
    """Draw values as bars between the least and the greatest; a gap where there is none."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, span = min(known), max(known) - min(known)
    steps = [None if value is None else round((value - low) / span * 7) if span else 3 for value in values]
    return "".join(" " if step is None else BARS[step] for step in steps)
