"""Bounds that move with the clock: ``now``, ``now + 1d``, ``now - 36h``."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

_NOW = re.compile(r"now(?:\s*([+-])\s*(\d+)([hd]))?")
_EPOCH = datetime(1970, 1, 1)


def is_moving(value: Any) -> bool:
    """Whether a bound is one of these texts."""
    return isinstance(value, str) and _NOW.fullmatch(value.strip()) is not None


def resolved(value: Any, now: datetime) -> Any:
    """A bound as a data frame compares it: times as microseconds since 1970, a day as its midnight; numbers stay."""
    if isinstance(value, str) and (found := _NOW.fullmatch(value.strip())):
        sign, count, unit = found.groups(default="0")
        span = timedelta(hours=int(count) if unit == "h" else 24 * int(count))
        value = now - span if sign == "-" else now + span
    if not isinstance(value, date):
        return value
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    return (moment.replace(tzinfo=None) - _EPOCH) // timedelta(microseconds=1)
