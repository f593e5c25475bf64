"""Writes kpi_control_limits and kpi_signals: what is noise in a KPI, what is change and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from metrics.calendar import Calendar
from metrics.periods import Period, period_of
from metrics.steering.rows import insert
from metrics.steering.signals import sentences
from metrics.steering.signals.expected import Steady, steady_series
from metrics.steering.signals.phases import Phase, find_phases, find_signals, phase_of
from metrics.steering.signals.rules import Finding, Rule
from metrics.steering.signals.series import Kpi, Missing, Series
from metrics.wording.text import Words

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PUBLISHED = 104
_UP = {"increase": 1, "at_least": 1, "decrease": -1, "at_most": -1}
_Row = dict[str, Any]


def write_signals(con: DuckDBPyConnection, charted: Iterable[Series], calendar: Calendar) -> None:
    """Chart every series, and write the last 104 values of each into the attached ``mart``.

    Charts are drawn of all values that there are, so that no limit moves because a period more has passed.
    """
    limits: list[_Row] = []
    signals: list[_Row] = []
    for series in charted:
        steady = steady_series(series.values, series.grain)
        if steady is not None:
            phases = find_phases(steady.values, steady.ranges)
            limits += _limits(series, steady, phases)
            signals += _signals(series, steady, phases, calendar)
        if steady is not None or series.grain == series.kpi.review_grain:
            signals += [_missing(series.kpi, missing) for missing in series.missing[-_PUBLISHED:]]
    insert(con, "mart.kpi_control_limits", limits)
    insert(con, "mart.kpi_signals", signals)


def _limits(series: Series, steady: Steady, phases: list[Phase]) -> Iterator[_Row]:
    for index in range(_first(steady), len(steady.starts)):
        number = phase_of(phases, index)
        limits = steady.in_unit(index, phases[number - 1].limits)
        yield {
            "kpi": series.kpi.name, "grain": series.grain, "period_start": steady.starts[index],
            "value": series.values[steady.starts[index]], "centre": limits.centre, "lower": limits.lower,
            "upper": limits.upper, "phase": number, "basis": steady.basis,
        }  # fmt: skip


def _signals(series: Series, steady: Steady, phases: list[Phase], calendar: Calendar) -> Iterator[_Row]:
    for found in find_signals(steady.values, phases, _first(steady)):
        period = period_of(steady.starts[found.index], series.grain, calendar)
        value, limits = series.values[period.start], steady.in_unit(found.index, found.limits)
        was = found.was and steady.in_unit(found.index, found.was)
        said = sentences.signal(series.kpi, period, value, found, limits, was and was.centre)
        numbers = {"value": value, "centre": limits.centre, "lower": limits.lower, "upper": limits.upper}
        yield _row(series.kpi, period, found.rule, said) | numbers | _direction(series.kpi, found)


def _missing(kpi: Kpi, missing: Missing) -> _Row:
    return _row(kpi, missing.period, "missing", sentences.missing(missing)) | {"value": missing.value}


def _row(kpi: Kpi, period: Period, rule: Rule, said: Words) -> _Row:
    return {
        "kpi": kpi.name, "grain": period.grain, "period_start": period.start, "rule": rule,
        "words_en": said.en, "words_es": said.es,
    }  # fmt: skip


def _direction(kpi: Kpi, found: Finding) -> _Row:
    """Which way, and whether it is the way that the KPI should go; within a band neither way is better."""
    up = _UP.get(kpi.direction or "")
    return {"direction": "up" if found.side > 0 else "down", "is_favourable": None if up is None else up == found.side}


def _first(steady: Steady) -> int:
    return max(0, len(steady.starts) - _PUBLISHED)
