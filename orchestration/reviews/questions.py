"""What has to be decided: a question for whatever waits for somebody's word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from metrics.wording import numbers
from orchestration.querying.rows import Row
from orchestration.reviews.agenda import Item, Scope, Section
from orchestration.reviews.subjects import Subject
from orchestration.reviews.words import WORDS

ASKS = {"overdue": "ask_overdue", "recovered": "ask_recovered", "reformulate": "ask_reformulate"}


def questions(scope: Scope, subjects: Sequence[Subject], actions: Sequence[Row]) -> Section:
    """Ask what plans, targets and certificates wait for, KPI by KPI."""
    words = WORDS[scope.lang]
    items = tuple(item for subject in subjects for item in _asked(subject, actions))
    return Section("questions", words["questions"], words["questions_empty"], items)


def _asked(subject: Subject, actions: Sequence[Row]) -> Iterator[Item]:
    words = subject.words
    mine = {row["status"]: row for row in actions if row["kpi"] == subject.kpi}
    asks: list[str] = []
    details: list[str] = []
    if "asked" in mine:
        misses = mine["asked"]["misses"] or 1
        asks.append(words["ask_plan" if misses < 2 else "ask_plan_row"].format(count=misses))
        if playbook := subject.text("playbook"):
            details.append(words["playbook"].format(text=playbook))
    asks += [words[question] for status, question in ASKS.items() if status in mine]
    verdict = subject["attainability_verdict"]
    if "reformulate" not in mine and verdict in ("not_attainable", "too_easy"):
        asks.append(words[f"ask_{verdict}"].format(chance=numbers.chance(subject["goal_attainability"], subject.lang)))
    if not subject["certified"]:
        asks.append(words["ask_trust"])
    if asks:
        yield Item(subject.label, " ".join(asks), details=tuple(details))
