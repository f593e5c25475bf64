"""What a signal says, in the two languages of the mart."""

from __future__ import annotations

from metrics.periods import Period
from metrics.steering.signals.rules import Finding, Rule
from metrics.steering.signals.series import Kpi, Missing
from metrics.steering.signals.xmr import Limits
from metrics.steering.words import days
from metrics.wording import dates, numbers
from metrics.wording.text import Words

_CHANGES: dict[Rule, Words] = {
    "beyond_limits": Words(
        "{value} {when} is {above} the {upper} limit of {limit}: more than noise",
        "{value} {when}, {above} del límite {upper} de {limit}: más que ruido",
    ),
    "run_of_eight": Words(
        "{value} {when} is the last of {count} values in a row {above} what is usual ({centre}): more than noise",
        "{value} {when}, el último de {count} valores seguidos {above} de lo habitual ({centre}): más que ruido",
    ),
    "three_of_four": Words(
        "{value} {when}: at least three of the last four values are nearer to the {upper} limit ({limit}) than to what"
        " is usual ({centre}): more than noise",
        "{value} {when}: al menos tres de los cuatro últimos valores están más cerca del límite {upper} ({limit}) que"
        " de lo habitual ({centre}): más que ruido",
    ),
    "level_shift": Words(
        "a new level begins {when}: about {centre} instead of {was}, for {count} values in a row and more",
        "un nuevo nivel empieza {when}: en torno a {centre} en lugar de {was}, durante {count} valores seguidos o más",
    ),
}
_UP = {"above": Words("above", "por encima"), "upper": Words("upper", "superior")}
_DOWN = {"above": Words("below", "por debajo"), "upper": Words("lower", "inferior")}


def signal(kpi: Kpi, period: Period, value: float, found: Finding, limits: Limits, was: float | None) -> Words:
    """Say what a rule found: ``2.1% in September 2026 is below the lower limit of 2.4%: more than noise``.

    ``limits`` and ``was``, the centre before a level shift, are those of this period, in the KPI's unit.
    """
    limit = limits.upper if found.side > 0 else limits.lower
    amounts = {"value": value, "centre": limits.centre, "limit": limit, "was": was}
    parts = {name: numbers.both(number, kpi.unit, kpi.currency) for name, number in amounts.items()}
    parts |= {"when": dates.in_period(period.grain, period.start, period.last_day)}
    parts |= _UP if found.side > 0 else _DOWN
    if parts["value"] == parts["limit"]:
        parts["above"] = Words(f"just {parts['above'].en}", f"justo {parts['above'].es}")
    said = _CHANGES[found.rule]
    return Words(
        said.en.format(count=found.count, **{name: words.en for name, words in parts.items()}),
        said.es.format(count=found.count, **{name: words.es for name, words in parts.items()}),
    )


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
