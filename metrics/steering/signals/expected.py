"""How values are expected to differ by themselves: by weekday, from last year's, or along a trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from statistics import fmean, median
from typing import Literal

from metrics.calendar import Grain
from metrics.steering.correlation import chance, correlation
from metrics.steering.signals.phases import ENOUGH
from metrics.steering.signals.xmr import Limits, moving_ranges, trend_line

Basis = Literal["level", "weekday", "year_ago", "trend"]
_SURE = 0.01
# Eight weeks of five days tell how weekdays differ; with fewer, noise would pass for a habit.
_ENOUGH_DAYS = 40
# Below it, the noise that last year's values add is more than the season that they take away.
_ALIKE = 0.5


@dataclass(frozen=True)
class Steady:
    """A series of periods by their starts, without what is expected of it.

    A KPI's value is ``values`` × ``scales`` + ``offsets``, period by period. ``ranges`` are the moving ranges;
    ``basis`` says what was taken away.
    """

    starts: list[date]
    values: list[float]
    scales: list[float]
    offsets: list[float]
    ranges: list[float]
    basis: Basis = "level"

    def in_unit(self, index: int, limits: Limits) -> Limits:
        """What limits of the steady series are of the KPI in one of its periods, in the KPI's unit."""
        scale, offset = self.scales[index], self.offsets[index]
        return Limits(*(number * scale + offset for number in (limits.centre, limits.lower, limits.upper)))


def steady_series(values: Mapping[date, float], grain: Grain) -> Steady | None:
    """Take from values, by the start of their period, what is expected of them; None if they are too few for a chart.

    Days are compared with their weekday. A series that repeats last year is compared with it; else one that rises or
    falls all the time is compared with its trend.
    """
    enough = _ENOUGH_DAYS if grain == "day" else ENOUGH
    if len(values) < enough:
        return None
    series = _without_weekdays(values) if grain == "day" else _as_it_is(values)
    if len(series.values) < enough:
        return None
    return _against_last_year(values, series, grain, enough) or _without_trend(series) or series


def _as_it_is(values: Mapping[date, float]) -> Steady:
    starts = sorted(values)
    listed = [values[start] for start in starts]
    return Steady(starts, listed, [1.0] * len(listed), [0.0] * len(listed), moving_ranges(listed))


def _without_weekdays(values: Mapping[date, float]) -> Steady:
    """Divide by what is usual of a weekday against its week; subtract it where values may be negative.

    Usual is the median over all weeks. Weekdays on which nothing ever happens are left out.
    """
    in_parts = min(values.values()) >= 0
    usual = _usual_weekdays(values, in_parts)
    kept = {start: value for start, value in values.items() if not in_parts or usual.get(start.weekday(), 0) > 0}
    series = _as_it_is(kept)
    by_day = [usual.get(start.weekday(), 0.0) for start in series.starts]
    series = replace(series, scales=by_day) if in_parts else replace(series, offsets=by_day)
    rest = [(v - o) / s for v, s, o in zip(series.values, series.scales, series.offsets, strict=True)]
    return replace(series, values=rest, ranges=moving_ranges(rest), basis="weekday")


def _usual_weekdays(values: Mapping[date, float], in_parts: bool) -> dict[int, float]:
    """What each weekday is of the mean of the week around it, or differs from it; 1 or 0 over all weekdays."""
    found: dict[int, list[float]] = {}
    for start, value in values.items():
        days = (start + timedelta(days=days) for days in range(-3, 4))
        week = [values[day] for day in days if day in values]
        mean = fmean(week)
        if len(week) > 3 and (mean > 0 or not in_parts):
            found.setdefault(start.weekday(), []).append(value / mean if in_parts else value - mean)
    usual = {weekday: median(each) for weekday, each in found.items()}
    level = fmean(usual.values()) if usual else 0.0
    if in_parts:
        return {weekday: each / level for weekday, each in usual.items()} if level > 0 else {}
    return {weekday: each - level for weekday, each in usual.items()}


def _against_last_year(values: Mapping[date, float], series: Steady, grain: Grain, enough: int) -> Steady | None:
    """Each value as a part of last year's, or as a difference from it; None if the two years are not alike."""
    steady = dict(zip(series.starts, series.values, strict=True))
    pairs = [(start, before) for start in series.starts if (before := _year_before(start, grain)) in steady]
    r = correlation([steady[start] for start, _ in pairs], [steady[before] for _, before in pairs])
    if len(pairs) < enough or r is None or r < _ALIKE or chance(r, len(pairs)) > _SURE:
        return None
    starts, last = [start for start, _ in pairs], [values[before] for _, before in pairs]
    if min(last) > 0 and min(values.values()) >= 0:
        rest = [values[start] / before for start, before in zip(starts, last, strict=True)]
        return Steady(starts, rest, last, [0.0] * len(rest), moving_ranges(rest), "year_ago")
    rest = [values[start] - before for start, before in zip(starts, last, strict=True)]
    return Steady(starts, rest, [1.0] * len(rest), last, moving_ranges(rest), "year_ago")


def _year_before(start: date, grain: Grain) -> date:
    """The start of the period that values are compared with: 364 days before for days and weeks, as in kpi_values."""
    return start - timedelta(days=364) if grain in ("day", "week") else start.replace(year=start.year - 1)


def _without_trend(series: Steady) -> Steady | None:
    """What is left of a series beside its trend; None if it has none.

    As Wheeler's limits of a trend are, these are as wide as the ranges of the values themselves say.
    """
    if not _has_trend(series.values):
        return None
    line = trend_line(series.values)
    rest = [value - trend for value, trend in zip(series.values, line, strict=True)]
    offsets = [offset + scale * trend for offset, scale, trend in zip(series.offsets, series.scales, line, strict=True)]
    return replace(series, values=rest, offsets=offsets, basis="trend")


def _has_trend(values: Sequence[float]) -> bool:
    """Whether values rise or fall more than chance would have them, and a line tells them better than one step does."""
    r = correlation(range(len(values)), values)
    return r is not None and chance(r, len(values)) < _SURE and r**2 > _told_by_a_step(values)


def _told_by_a_step(values: Sequence[float]) -> float:
    """The greatest part of the variance that two levels explain, one before and one after some period."""
    mean = fmean(values)
    sums = list(accumulate(value - mean for value in values))
    explained = (total**2 * len(values) / (n * (len(values) - n)) for n, total in enumerate(sums[:-1], start=1))
    return max(explained) / sum((value - mean) ** 2 for value in values)
