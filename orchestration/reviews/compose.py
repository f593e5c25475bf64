"""Puts an agenda together from the published mart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from metrics.wording import dates
from metrics.wording.vocabulary import DEPARTMENTS, STATUSES
from orchestration.reviews.agenda import Agenda, Cadence, Scope, Table, capital
from orchestration.reviews.causes import causes
from orchestration.reviews.changes import changed
from orchestration.reviews.due import actions_of, due
from orchestration.reviews.promised import promised
from orchestration.reviews.questions import questions
from orchestration.reviews.subjects import STATUS_ORDER, Subject, bare, find_subjects, latest_span
from orchestration.reviews.trust import restated, trust
from orchestration.reviews.words import WORDS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BETWEEN: dict[Cadence, timedelta] = {
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=31),
    "quarterly": timedelta(days=92),
}


def compose(con: DuckDBPyConnection, scope: Scope, run_id: str) -> Agenda:
    """Compose the agenda of a review.

    Args:
        con: the published mart.
        scope: whose review it is, how often, in which language.
        run_id: the run that published the mart.

    Raises:
        UsageError: there is no such department, or none of its KPIs is reviewed that often.
    """
    subjects = find_subjects(con, scope)
    span = latest_span(subjects)
    since = scope.as_of - BETWEEN[scope.cadence]
    actions = actions_of(con, subjects, since.date())
    words = WORDS[scope.lang]
    department = DEPARTMENTS[scope.lang].get(scope.department, scope.department)
    return Agenda(
        lang=scope.lang,
        title=f"{words[scope.cadence]} · {department}",
        period=_heading(dates.period(scope.grain, span.start, span.end, scope.lang)) if span else words["no_period"],
        as_of=words["as_of"].format(when=_moment(scope.now, scope)),
        summary=_summary(scope, subjects),
        overview=_overview(scope, subjects, span.start if span else None),
        sections=(
            changed(con, scope, subjects, span.start if span else None),
            causes(con, scope, subjects),
            promised(con, scope, subjects),
            due(con, scope, subjects, actions),
            trust(scope, subjects),
            restated(con, scope, subjects, since),
            questions(scope, subjects, actions),
        ),
        footer=words["footer"].format(run=run_id[:8]),
    )


def _heading(period: str) -> str:
    """A period as a heading: without its article, from a capital."""
    return capital(bare(period))


def _moment(at: datetime, scope: Scope) -> str:
    return f"{dates.day(at.date(), scope.lang)}, {at:%H:%M}"


def _summary(scope: Scope, subjects: Sequence[Subject]) -> str:
    """How many stand how, and how many are not certified."""
    words = WORDS[scope.lang]
    counts = Counter(subject.status for subject in subjects)
    parts = [f"{counts[status]} {STATUSES[scope.lang][status]}" for status in STATUS_ORDER if status and counts[status]]
    if small := sum(subject["status_reason"] == "small_sample" for subject in subjects):
        parts.append(f"{small} {STATUSES[scope.lang]['small_sample']}")
    if uncertified := sum(not subject["certified"] for subject in subjects):
        parts.append(words["uncertified"].format(count=uncertified))
    pattern = words["summary_one" if len(subjects) == 1 else "summary"]
    return pattern.format(count=len(subjects), parts=", ".join(parts) or "–")


def _overview(scope: Scope, subjects: Sequence[Subject], newest: object) -> Table:
    """A line a KPI; one that lags behind while it matures says of which period its value is."""
    words = WORDS[scope.lang]
    columns = ("kpi", "status", "value", "target", "change", "certified")
    lines = tuple(_line(subject, subject["period_start"] != newest) for subject in subjects)
    tones = tuple(subject.tone for subject in subjects)
    return Table(tuple(words[column] for column in columns), lines, numeric=(2, 3, 4, 5), status=1, tones=tones)


def _line(subject: Subject, lags: bool) -> tuple[str, ...]:
    words = subject.words
    return (
        words["lagging"].format(label=subject.label, period=bare(subject.period())) if lags else subject.label,
        subject.status_words(subject.status),
        subject.value(subject["value"]),
        subject.target(subject["target"], subject["target_low"], subject["target_high"]),
        subject.change(subject["value"], subject["previous_value"]),
        words["yes" if subject["certified"] else "no"],
    )
