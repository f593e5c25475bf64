"""What a target's period says: its grain, and the day on which it is over."""

from datetime import date, timedelta

from metrics.calendar import GRAINS, Grain

_LENGTHS: dict[int, Grain] = {len("2026"): "year", len("2026-07"): "month", len("2026-07-01"): "day"}


def grain_of(period: str) -> Grain:
    """``each week`` and ``2026-W27`` are weeks, ``2026-Q3`` is a quarter."""
    for grain in GRAINS:
        if period == f"each {grain}":
            return grain
    if "Q" in period:
        return "quarter"
    return "week" if "W" in period else _LENGTHS[len(period)]


def end_of(period: str, fiscal_year_starts: int) -> date | None:
    """The last day of a named period; None for ``each …``, which does not run out.

    Quarters and years are fiscal: they follow the month (1–12) in which the year that they name starts.
    """
    if period.startswith("each "):
        return None
    grain, year = grain_of(period), int(period[:4])
    if grain == "day":
        return date.fromisoformat(period)
    if grain == "week":
        return date.fromisocalendar(year, int(period[-2:]), 7)
    if grain == "month":
        return _month_end(year, int(period[-2:]))
    months = 3 * int(period[-1]) if grain == "quarter" else 12
    return _month_end(year, fiscal_year_starts + months - 1)


def _month_end(year: int, month: int) -> date:
    """The last day of a month counted from January of the year; 13 is the next January."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
