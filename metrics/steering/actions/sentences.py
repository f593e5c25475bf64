"""What the mart says of an action plan, or of the lack of one, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from metrics.calendar import Grain
from metrics.steering.actions.standing import Point, Standing
from metrics.wording import dates, numbers
from metrics.wording.text import Words


@dataclass(frozen=True)
class Measure:
    """How a KPI's numbers are written, and who answers for it."""

    unit: str | None
    currency: str | None
    owner_team: str

    def value(self, number: float | None) -> Words:
        """A number in the KPI's unit."""
        return numbers.both(number, self.unit, self.currency)


@dataclass(frozen=True)
class Missed:
    """A complete period that a KPI ended off target; ``misses`` such periods in a row."""

    grain: Grain
    start: date
    end: date
    value: float | None
    target: float | None
    low: float | None
    high: float | None
    misses: int


def plan_words(standing: Standing, measure: Measure, retired: str | None) -> Words:
    """Say where a plan stands; ``retired`` names the successor of a KPI that is not measured any more."""
    if standing.is_closed:
        said = [_closed(standing), _outcome(standing, measure)]
    elif standing.is_recovered:
        said = [_back(standing, measure), Words("close the plan, or say what is left", "cierra el plan o di qué falta")]
    else:
        said = [*_late(standing), _steps(standing), _again(standing), _last(standing)]
    if retired is not None and not standing.is_closed:
        en, es = (f": its successor is {retired}", f": le sucede {retired}") if retired else ("", "")
        said = [*said, Words(f"the KPI was retired{en}; close the plan", f"el KPI se retiró{es}; cierra el plan")]
    return _sentence(said)


def asked_words(missed: Missed, measure: Measure) -> Words:
    """Ask for a plan: what was missed, and how often in a row."""
    when = dates.in_period(missed.grain, missed.start, missed.end)
    value, target, row = measure.value(missed.value), _target(missed, measure), _in_a_row(missed)
    team = measure.owner_team
    return _sentence(
        [
            Words(
                f"{value.en} {when.en}, off its target {target.en}{row.en}",
                f"{value.es} {when.es}, fuera de su meta {target.es}{row.es}",
            ),
            Words(f"an action plan is asked of {team}", f"se pide un plan de acción a {team}"),
        ]
    )


def reformulate_words(missed: Missed, measure: Measure) -> Words:
    """Ask for a new target, or for the reason why the old one was missed at its deadline."""
    when = dates.in_period(missed.grain, missed.start, missed.end)
    value, target, team = measure.value(missed.value), _target(missed, measure), measure.owner_team
    return _sentence(
        [
            Words(
                f"{value.en} {when.en}, off the promised target {target.en}",
                f"{value.es} {when.es}, fuera de la meta prometida {target.es}",
            ),
            Words(f"a new target, or the reason, is asked of {team}", f"se pide a {team} una meta nueva o el motivo"),
        ]
    )


def _closed(standing: Standing) -> Words:
    closed = standing.plan.closed
    if closed is None:
        return Words("", "")
    return Words(
        f"closed on {dates.day(closed.date, 'en')}: “{closed.outcome}”",
        f"cerrado el {dates.day(closed.date, 'es')}: «{closed.outcome}»",
    )


def _outcome(standing: Standing, measure: Measure) -> Words:
    if standing.is_recovered:
        return _back(standing, measure)
    if standing.back:
        return _again(standing)
    return Words("the goal has not been reached since", "la meta no se ha alcanzado desde entonces")


def _back(standing: Standing, measure: Measure) -> Words:
    point = standing.latest
    if point is None:
        return Words("", "")
    when, value = _in(standing, point), measure.value(point.value)
    return Words(
        f"the goal was reached {when.en} ({value.en})",
        f"la meta se alcanzó {when.es} ({value.es})",
    )


def _again(standing: Standing) -> Words:
    """That the KPI was back once and is not any more; nothing if it never was."""
    if standing.back is None or standing.is_recovered:
        return Words("", "")
    when = _in(standing, standing.back)
    return Words(
        f"the goal was reached {when.en} and missed again since",
        f"la meta se alcanzó {when.es} y se ha vuelto a incumplir desde entonces",
    )


def _late(standing: Standing) -> list[Words]:
    """What is overdue; if nothing is, until when there is time."""
    plan = standing.plan
    due = Words(dates.day(plan.due, "en"), dates.day(plan.due, "es"))
    late: list[Words] = []
    if standing.is_past_due:
        late.append(Words(f"overdue: the plan was due on {due.en}", f"vencido: el plan vencía el {due.es}"))
    else:
        late.append(Words(f"due on {due.en}", f"vence el {due.es}"))
    for step in standing.late:
        en, es = dates.day(step.due, "en"), dates.day(step.due, "es")
        late.append(Words(f"overdue: “{step.what}” was due on {en}", f"vencida: «{step.what}» vencía el {es}"))
    if standing.checkin_overdue and standing.next_checkin:
        en, es = dates.day(standing.next_checkin, "en"), dates.day(standing.next_checkin, "es")
        late.append(Words(f"no check-in since one was due on {en}", f"falta el seguimiento que tocaba el {es}"))
    return late


def _steps(standing: Standing) -> Words:
    """How many actions are done, and the next one that is not late yet."""
    total, left = len(standing.plan.actions), standing.pending
    done = total - len(left)
    coming = next((step for step in left if step.due >= standing.today), None)
    en = (
        f"{done} of {total} actions done" if total > 1 else ("its action is done" if done else "its action is not done")
    )
    es = (
        f"{done} de {total} acciones hechas"
        if total > 1
        else ("su acción está hecha" if done else "su acción no está hecha")
    )
    if coming is None:
        return Words(en, es)
    return Words(
        f"{en}, next “{coming.what}” by {dates.day(coming.due, 'en')}",
        f"{es}, la siguiente «{coming.what}» antes de acabar el {dates.day(coming.due, 'es')}",
    )


def _last(standing: Standing) -> Words:
    last = standing.last_checkin
    if last is None:
        return Words("no check-in yet", "todavía sin seguimiento")
    return Words(
        f"last check-in on {dates.day(last.date, 'en')}: “{last.note}”",
        f"último seguimiento el {dates.day(last.date, 'es')}: «{last.note}»",
    )


def _in(standing: Standing, point: Point) -> Words:
    return dates.in_period(standing.period.grain, point.start, point.end)


def _in_a_row(missed: Missed) -> Words:
    if missed.misses < 2:
        return Words("", "")
    return Words(f", for the {_ordinal(missed.misses)} time in a row", f", por {missed.misses}.ª vez seguida")


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _target(missed: Missed, measure: Measure) -> Words:
    if missed.low is None or missed.high is None:
        value = measure.value(missed.target)
        return Words(f"of {value.en}", f"de {value.es}")
    low, high = measure.value(missed.low), measure.value(missed.high)
    return Words(f"of {low.en} to {high.en}", f"de {low.es} a {high.es}")


def _sentence(parts: Iterable[Words]) -> Words:
    """What is said, one thing after another, from a capital to a full stop; empty parts are left out."""
    said = [part for part in parts if part.en]
    return Words(_closed_by("; ".join(part.en for part in said)), _closed_by("; ".join(part.es for part in said)))


def _closed_by(text: str) -> str:
    ending = "" if text.rstrip("”»").endswith((".", "!", "?", "…")) else "."
    return f"{text[:1].upper()}{text[1:]}{ending}"
