"""The course of a KPI as bars of text, since mails show neither scripts nor drawings."""

from __future__ import annotations

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"
GAP = "·"


def bars(values: Sequence[float | None]) -> str:
    """Draw values from the lowest to the highest, one character each; empty for fewer than two."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    return "".join(GAP if value is None else _bar(value, low, high) for value in values)


def _bar(value: float, low: float, high: float) -> str:
    share = (value - low) / (high - low) if high > low else 0.5
    return BARS[round(share * (len(BARS) - 1))]
