"""What a signal says, in the two languages of the mart."""

from __future__ import annotations

from collections.abc import Callable

from metrics.periods import Period
from metrics.steering import dates, numbers
from metrics.steering.checks import Words
from metrics.steering.signals.rules import Finding, Rule
from metrics.steering.signals.series import Kpi, Missing
from metrics.steering.signals.xmr import Limits
from metrics.steering.words import days

_NOISE = Words("more than noise", "más que ruido")


def signal(kpi: Kpi, period: Period, value: float, found: Finding, limits: Limits, was: float | None) -> Words:
    """Say what a rule found: ``2.1% in September 2026 is below the lower limit of 2.4%: more than noise``.

    ``limits`` and ``was``, the centre before a level shift, are those of this period, in the KPI's unit.
    """
    return _SAID[found.rule](_Said(kpi, period, value, found, limits, was))


def missing(found: Missing) -> Words:
    """Say that a period has no value, or one that lacks data: neither tells of a change."""
    when = dates.in_period(found.period.grain, found.period.start, found.period.last_day)
    if not found.gaps:
        return Words(f"no value {when.en}, where one is expected", f"sin valor {when.es}, donde se espera uno")
    first, last = min(gap.first_day for gap in found.gaps), max(gap.last_day for gap in found.gaps)
    lost = days(max(first, found.period.start), min(last, found.period.last_day))
    return Words(
        f"data is missing {lost.en}: no change of the KPI follows from it",
        f"faltan datos {lost.es}: de ello no se deduce ningún cambio del KPI",
    )


class _Said:
    """The parts that sentences are made of, each in both languages."""

    def __init__(
        self, kpi: Kpi, period: Period, value: float, found: Finding, limits: Limits, was: float | None
    ) -> None:
        self._kpi = kpi
        self.when = dates.in_period(period.grain, period.start, period.last_day)
        self.value, self.centre, self.was = self._number(value), self._number(limits.centre), self._number(was)
        self.limit = self._number(limits.upper if found.side > 0 else limits.lower)
        self.above = Words("above", "por encima") if found.side > 0 else Words("below", "por debajo")
        self.upper = Words("upper", "superior") if found.side > 0 else Words("lower", "inferior")
        self.count = found.count

    def _number(self, number: float | None) -> Words:
        unit, currency = self._kpi.unit, self._kpi.currency
        return Words(numbers.value(number, unit, currency, "en"), numbers.value(number, unit, currency, "es"))


def _beyond_limits(s: _Said) -> Words:
    return Words(
        f"{s.value.en} {s.when.en} is {s.above.en} the {s.upper.en} limit of {s.limit.en}: {_NOISE.en}",
        f"{s.value.es} {s.when.es}, {s.above.es} del límite {s.upper.es} de {s.limit.es}: {_NOISE.es}",
    )


def _run_of_eight(s: _Said) -> Words:
    return Words(
        f"{s.value.en} {s.when.en} is the last of {s.count} values in a row {s.above.en} what is usual"
        f" ({s.centre.en}): {_NOISE.en}",
        f"{s.value.es} {s.when.es}, el último de {s.count} valores seguidos {s.above.es} de lo habitual"
        f" ({s.centre.es}): {_NOISE.es}",
    )


def _three_of_four(s: _Said) -> Words:
    return Words(
        f"{s.value.en} {s.when.en}: at least three of the last four values are nearer to the {s.upper.en} limit"
        f" ({s.limit.en}) than to what is usual ({s.centre.en}): {_NOISE.en}",
        f"{s.value.es} {s.when.es}: al menos tres de los cuatro últimos valores están más cerca del límite {s.upper.es}"
        f" ({s.limit.es}) que de lo habitual ({s.centre.es}): {_NOISE.es}",
    )


def _level_shift(s: _Said) -> Words:
    return Words(
        f"a new level begins {s.when.en}: about {s.centre.en} instead of {s.was.en},"
        f" for {s.count} values in a row and more",
        f"un nuevo nivel empieza {s.when.es}: en torno a {s.centre.es} en lugar de {s.was.es},"
        f" durante {s.count} valores seguidos o más",
    )


_SAID: dict[Rule, Callable[[_Said], Words]] = {
    "beyond_limits": _beyond_limits,
    "run_of_eight": _run_of_eight,
    "three_of_four": _three_of_four,
    "level_shift": _level_shift,
}
