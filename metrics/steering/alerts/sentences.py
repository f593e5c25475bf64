"""What an alert says, in the two languages of the mart."""

from __future__ import annotations

from datetime import date

from metrics.alerting.models import When
from metrics.calendar import Grain
from metrics.steering.alerts.standings import Restated, Standing
from metrics.wording import numbers
from metrics.wording.dates import in_period
from metrics.wording.text import Words

NO_LONGER_WATCHED = Words("no longer watched: rule, target or KPI is gone", "ya no se vigila: falta regla, meta o KPI")
GOAL_ENDED = Words("the period of the goal is over", "el periodo de la meta ha terminado")
_BETTER: dict[When, Words] = {
    "stale": Words("up to date again", "de nuevo al día"),
    "not_measurable": Words("measurable again", "de nuevo medible"),
}
_PERIODS: dict[Grain, Words] = {
    "day": Words("days", "días"),
    "week": Words("weeks", "semanas"),
    "month": Words("months", "meses"),
    "quarter": Words("quarters", "trimestres"),
    "year": Words("years", "años"),
}


def missed(standing: Standing) -> Words:
    """Value, target and for how many periods in a row it was missed."""
    said, row = on_target(standing), -standing.streak
    if row < 2 or standing.grain is None:
        return said
    periods, rowed = _PERIODS[standing.grain], "seguidas" if standing.grain == "week" else "seguidos"
    return Words(f"{said.en}; {row} {periods.en} in a row", f"{said.es}; {row} {periods.es} {rowed}")


def on_target(standing: Standing) -> Words:
    """Value and target of the latest complete period."""
    value, target, when = _value(standing, standing.value), _target(standing), _when(standing)
    return Words(f"{value.en} {when.en}, target {target.en}", f"{value.es} {when.es}, meta {target.es}")


def pace(standing: Standing) -> Words:
    """What the goal under way has so far, beside what was expected by now."""
    so_far, expected = _value(standing, standing.goal_value), _value(standing, standing.goal_expected)
    goal, when = (
        _value(standing, standing.goal_target),
        _in(standing.goal_grain, standing.goal_start, standing.goal_end),
    )
    share = numbers.both(standing.pace, "percent")
    return Words(
        f"{so_far.en} so far {when.en}, {share.en} of the {expected.en} expected by now; target {goal.en}",
        f"{so_far.es} hasta ahora {when.es}, {share.es} de lo esperado a estas alturas ({expected.es}); meta {goal.es}",
    )


def turn(standing: Standing) -> Words:
    """The signals of the latest complete period."""
    return Words(standing.turn_en or "", standing.turn_es or "")


def no_turn(standing: Standing) -> Words:
    """That the latest complete period has no signal."""
    value, when = _value(standing, standing.value), _when(standing)
    return Words(f"{value.en} {when.en}, no unusual turn", f"{value.es} {when.es}, sin giro inusual")


def reasons(standing: Standing) -> Words:
    """Why it has no certificate."""
    return Words(standing.reasons_en, standing.reasons_es)


def better(condition: When) -> Words:
    """That the data is as it should be again."""
    return _BETTER[condition]


def restated(standing: Standing, changes: list[Restated], most: Restated) -> Words:
    """How many published values changed, and the one that changed most."""
    old, new = _value(standing, most.old), _value(standing, most.new)
    when = _in(standing.grain, most.period_start, most.period_end)
    change = [numbers.change(most.new, most.old, standing.unit, lang) for lang in ("en", "es")]
    if len(changes) == 1:
        start = Words("restated", "corregido")
    else:
        periods = _PERIODS[standing.grain or "day"]
        start = Words(
            f"{len(changes)} {periods.en} restated, most", f"{len(changes)} {periods.es} con correcciones, la mayor"
        )
    return Words(
        f"{start.en} {when.en}: {new.en}, published before as {old.en} ({change[0]})",
        f"{start.es} {when.es}: {new.es}, antes publicado como {old.es} ({change[1]})",
    )


def _when(standing: Standing) -> Words:
    return _in(standing.grain, standing.period_start, standing.period_end)


def _in(grain: Grain | None, first: date | None, last: date | None) -> Words:
    return in_period(grain, first, last or first) if grain and first else Words("", "")


def _value(standing: Standing, number: float | None) -> Words:
    return numbers.both(number, standing.unit, standing.currency)


def _target(standing: Standing) -> Words:
    if standing.direction == "within":
        low, high = _value(standing, standing.target_low), _value(standing, standing.target_high)
        return Words(f"{low.en} to {high.en}", f"de {low.es} a {high.es}")
    return _value(standing, standing.target)
