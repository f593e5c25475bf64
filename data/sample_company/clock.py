"""Days, months and the two clocks: UTC and the company's local time (Europe/Madrid).

Moments are int64 seconds since 1970, days and months int64 counts since 1970-01-01.
"""

from datetime import date, timedelta

import numpy as np

HOUR = 3_600
DAY = 86_400
_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days from 1970-01-01 to ``day``."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """The date that is ``number`` days after 1970-01-01."""
    return _EPOCH + timedelta(days=int(number))


def month_back(day: date, months: int) -> tuple[int, int]:
    """First and last day number of the calendar month that lies ``months`` before that of ``day``."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return day_number(first), day_number(following) - 1


def months_of(seconds: np.ndarray) -> np.ndarray:
    """Calendar month number of each moment, on the clock that the moments are on."""
    return seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)


def month_text(month: int) -> str:
    """``YYYY-MM`` of a month number."""
    return f"{1970 + month // 12:04d}-{month % 12 + 1:02d}"


def month_ends(seconds: np.ndarray) -> np.ndarray:
    """Last second of the calendar month that each moment falls in."""
    following = (months_of(seconds) + 1).astype("datetime64[M]")
    return following.astype("datetime64[s]").astype(np.int64) - 1


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def _changes() -> tuple[np.ndarray, np.ndarray]:
    """Moments of the EU's clock changes (01:00 UTC, last Sundays of March and October) and the offset after each."""
    days = [_last_sunday(year, month) for year in range(1996, 2100) for month in (3, 10)]
    moments = np.array([day_number(day) * DAY + HOUR for day in days], dtype=np.int64)
    return moments, np.where(np.arange(len(days)) % 2 == 0, 2 * HOUR, HOUR)


_CHANGES, _OFFSETS = _changes()


def offset(utc: np.ndarray) -> np.ndarray:
    """Seconds that local time is ahead of UTC at each UTC moment."""
    return _OFFSETS[np.searchsorted(_CHANGES, utc, side="right") - 1]


def to_local(utc: np.ndarray) -> np.ndarray:
    """Local wall-clock seconds of UTC moments."""
    return utc + offset(utc)


def to_utc(local: np.ndarray, second: np.ndarray | bool = False) -> np.ndarray:
    """UTC moments of local ones; ``second`` picks the later reading in the hour that autumn repeats.

    Local times in the hour that spring skips come out an hour later, as a clock would show them.
    """
    summer, winter = local - 2 * HOUR, local - HOUR
    is_summer = (offset(summer) == 2 * HOUR) & ~((offset(winter) == HOUR) & np.asarray(second))
    return np.where(is_summer, summer, winter)


def autumn_changes(days: np.ndarray) -> np.ndarray:
    """Those of ``days`` (day numbers) on which an hour is repeated."""
    starts = _CHANGES[_OFFSETS == HOUR] // DAY
    return days[np.isin(days, starts)]
