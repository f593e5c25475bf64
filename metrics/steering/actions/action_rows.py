"""The rows of kpi_actions."""

from __future__ import annotations

from typing import Literal

from metrics.steering.actions.kpis import PromisedKpi
from metrics.steering.actions.sentences import Measure, Missed, plan_words
from metrics.steering.actions.standing import Standing
from metrics.wording.text import Words

Row = dict[str, object]


def plan_row(standing: Standing, kpi: PromisedKpi | None) -> Row:
    """The row of a plan; ``kpi`` is None for one that the mart does not have."""
    plan = standing.plan
    measure = kpi.measure if kpi else Measure(None, None, plan.owner)
    words = plan_words(standing, measure, kpi.retired if kpi else None)
    return {
        "id": plan.id,
        "kpi": plan.kpi,
        "grain": standing.period.grain,
        "period_start": standing.period.start,
        "cause_kind": plan.cause.kind,
        "cause": plan.cause.text,
        "owner": plan.owner,
        "opened_on": plan.opened,
        "due": plan.due,
        "status": standing.status,
        "is_recovered": standing.is_recovered,
        **_numbers(standing),
        **_steps(standing),
        **_check_ins(standing),
        **_closing(standing),
        "words_en": words.en,
        "words_es": words.es,
    }


def missed_row(status: Literal["asked", "reformulate"], name: str, miss: Missed, kpi: PromisedKpi, words: Words) -> Row:
    """The row of a miss that asks for something."""
    return {
        "id": f"{status}:{name}",
        "kpi": name,
        "grain": miss.grain,
        "period_start": miss.start,
        "owner": kpi.owner,
        "goal": miss.target,
        "current": miss.value,
        "status": status,
        "misses": miss.misses,
        "words_en": words.en,
        "words_es": words.es,
    }


def _numbers(standing: Standing) -> Row:
    current, goal = standing.current, standing.plan.goal
    target = current.target if current else None
    return {"goal": target if isinstance(goal, str) else goal, "current": current.value if current else None}


def _steps(standing: Standing) -> Row:
    steps, pending = standing.plan.actions, standing.pending
    coming = pending[0] if pending and not standing.is_closed else None
    return {
        "description": "; ".join(step.what for step in steps),
        "steps": len(steps),
        "steps_done": len(steps) - len(pending),
        "next_step": coming.what if coming else None,
        "next_step_due": coming.due if coming else None,
    }


def _check_ins(standing: Standing) -> Row:
    last = standing.last_checkin
    return {
        "last_checkin": last.date if last else None,
        "next_checkin": standing.next_checkin,
        "checkin_overdue": standing.checkin_overdue,
        "last_note": last.note if last else None,
    }


def _closing(standing: Standing) -> Row:
    closed = standing.plan.closed if standing.is_closed else None
    return {"closed_on": closed.date, "outcome": closed.outcome} if closed else {}
