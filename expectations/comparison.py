"""Holds a delivery's profile against those of earlier deliveries: the one row that delivery rules see."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING

from expectations.columns import Column

if TYPE_CHECKING:
    from expectations.profile import ColumnProfile, DeliveryProfile

PAST = 8  # deliveries that a new one is compared with
FEWEST_HOURS = 3  # deliveries whose hours say what hours are usual
CLEARLY = 12.0  # log-likelihood by which one turn of the clock must beat a smaller one

Row = dict[str, float | None]
_ROW = ("rows", "rows_ratio", "days", "duplicate_keys", "conflicting_keys", "past", "past_rows")
_TIMED = ("rows_per_day", "rows_per_day_ratio", "hour_shift")
_NUMBER = ("min", "max", "mean", "median", "median_ratio")
_KINDS = {"string": ("shift",), "boolean": ("shift",)} | dict.fromkeys(("integer", "decimal", "double"), _NUMBER)


def compared(profile: DeliveryProfile, past: Sequence[DeliveryProfile]) -> Row:
    """The one row that delivery rules see: the profile and what changed against the newest accepted deliveries.

    ``past`` is newest first; those without rows are left out and at most ``PAST`` count. A ratio is new ÷ usual, a
    shift the share of rows that lie in other values than usual (0 to 1), ``hour_shift`` by how many hours the pattern
    of the day moved. None where there is nothing to say, such as a comparison without a past.
    """
    past = [earlier for earlier in past if earlier.rows][:PAST]
    days = [earlier.rows_per_day for earlier in past if earlier.rows_per_day is not None]
    row: Row = {
        "rows": profile.rows,
        "rows_ratio": _ratio(profile.rows, past[0].rows if past else None),
        "days": profile.days,
        "duplicate_keys": profile.duplicate_keys,
        "conflicting_keys": profile.conflicting_keys,
        "past": len(past),
        "past_rows": sum(earlier.rows for earlier in past) / len(past) if past else None,
        "rows_per_day": profile.rows_per_day,
        "rows_per_day_ratio": _ratio(profile.rows_per_day, median(days) if days else None),
        "hour_shift": _hour_shift(profile, past),
    }
    for name, column in profile.columns.items():
        before = [(earlier.rows, earlier.columns[name]) for earlier in past if name in earlier.columns]
        row |= {f"{name}__{what}": value for what, value in _column(column, before).items()}
    return row


def row_columns(columns: Sequence[Column], time: str | None) -> list[str]:
    """Names that the row of ``compared`` has for a table with these columns."""
    names = [*_ROW, *(_TIMED if time else ())]
    for column in columns:
        names += [f"{column.name}__{what}" for what in ("nulls", "nulls_more")]
        names += [f"{column.name}__{what}" for what in _KINDS.get(column.type, ()) if not column.pii]
    return names


def _column(column: ColumnProfile, before: Sequence[tuple[int, ColumnProfile]]) -> Row:
    usual = _weighted((rows, earlier.nulls) for rows, earlier in before)
    medians = [earlier.median for _, earlier in before if earlier.median is not None]
    return {
        "nulls": column.nulls,
        "nulls_more": None if usual is None else column.nulls - usual,
        "min": column.min,
        "max": column.max,
        "mean": column.mean,
        "median": column.median,
        "median_ratio": _ratio(column.median, median(medians) if medians else None),
        "shift": _shift(column.shares, [(rows, c.shares) for rows, c in before if c.shares]),
    }


def _ratio(new: float | None, usual: float | None) -> float | None:
    return None if new is None or not usual else new / usual


def _weighted(values: Iterable[tuple[int, float]]) -> float | None:
    weighed = list(values)
    return sum(rows * value for rows, value in weighed) / sum(rows for rows, _ in weighed) if weighed else None


def _shift(shares: Mapping[str, float] | None, before: Sequence[tuple[int, Mapping[str, float]]]) -> float | None:
    """Half the sum of the differences of all shares: the share of rows that would have to move."""
    if shares is None or not before:
        return None
    weighed: dict[str, float] = {}
    for rows, earlier in before:
        for name, share in earlier.items():
            weighed[name] = weighed.get(name, 0.0) + rows * share
    of_all = sum(rows for rows, _ in before)
    names = dict.fromkeys((*shares, *weighed))
    return sum(abs(shares.get(name, 0.0) - weighed.get(name, 0.0) / of_all) for name in names) / 2


def _hour_shift(profile: DeliveryProfile, past: Sequence[DeliveryProfile]) -> float | None:
    """The turn of the clock, from −11 to 12 hours, that the hours of the rows speak for, against a smaller turn.

    Of the turns that are about as likely as the likeliest, the smallest: few rows speak for none.
    """
    before = [(earlier.rows, earlier.hours) for earlier in past if earlier.hours]
    if profile.hours is None or len(before) < FEWEST_HOURS:
        return None
    rows, now = profile.rows, profile.hours
    of_all = sum(earlier for earlier, _ in before)
    usual = [_weighted((earlier, hours[hour]) for earlier, hours in before) or 0.0 for hour in range(24)]
    logs = [math.log((share * of_all + 1) / (of_all + 24)) for share in usual]
    turns = sorted(range(-11, 13), key=abs)
    likely = {turn: rows * sum(now[(hour + turn) % 24] * logs[hour] for hour in range(24)) for turn in turns}
    return float(next(turn for turn in turns if likely[turn] >= max(likely.values()) - CLEARLY))
