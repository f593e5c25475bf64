"""How periods of a KPI and their course are written for people; its numbers: metrics.wording.numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from metrics.wording.numbers import NOTHING, Language
from metrics.wording.vocabulary import GRAINS

BARS = "▁▂▃▄▅▆▇█"


def period(start: Any, grain: str | None, lang: Language = "en") -> str:
    """Write a period by its first day and grain, as short as goes: ``2026-07``, ``week 2026-07-06``."""
    if start is None:
        return NOTHING
    word = GRAINS[lang].get(grain or "", "").lower()
    if grain == "month":
        return f"{start:%Y-%m}"
    if grain == "quarter":
        return f"{word} {start:%Y-%m}"
    if grain == "year":
        return f"{word} {start:%Y}"
    return f"{word} {start}" if grain == "week" else str(start)


def sparkline(values: Sequence[float | None]) -> str:
    """Draw values as bars between the least and the greatest; a gap where there is none."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, span = min(known), max(known) - min(known)
    steps = [None if value is None else round((value - low) / span * 7) if span else 3 for value in values]
    return "".join(" " if step is None else BARS[step] for step in steps)
