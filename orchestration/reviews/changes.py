"""What changed: statuses against the period before, signals, and the largest changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from metrics.wording.vocabulary import STATUSES
from orchestration.querying.rows import Row, by_kpi, rows
from orchestration.reviews.agenda import Item, Scope, Section
from orchestration.reviews.subjects import STATUS_ORDER, Subject
from orchestration.reviews.words import WORDS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LARGEST = 3  # changes that are told though neither a status nor a signal came with them
SIGNALS = """
    select signal.kpi, signal.is_favourable, signal.words_en, signal.words_es
    from kpi_signals as signal inner join kpi_scorecard as card using (kpi, grain, period_start)
    order by signal.kpi, signal.rule
"""
NOTABLE = """
    select explanation.kpi, bool_or(explanation.is_notable) as is_notable
    from kpi_explanations as explanation inner join kpi_scorecard as card using (kpi, grain, period_start)
    where explanation.compare = 'previous' group by all
"""


def changed(con: DuckDBPyConnection, scope: Scope, subjects: Sequence[Subject], newest: object) -> Section:
    """Tell what changed; ``newest`` is the first day of the review's period, from which a KPI may lag behind."""
    signals = by_kpi(rows(con, SIGNALS))
    notable = {row["kpi"] for row in rows(con, NOTABLE) if row["is_notable"]}
    told = [subject for subject in subjects if _moved(subject) or subject.kpi in signals]
    quiet = [subject for subject in subjects if subject not in told and subject.kpi in notable]
    told.sort(key=lambda subject: _urgency(subject, signals.get(subject.kpi, [])))
    quiet.sort(key=_size, reverse=True)
    items = tuple(_item(subject, signals.get(subject.kpi, []), newest) for subject in [*told, *quiet[:LARGEST]])
    words = WORDS[scope.lang]
    return Section("changed", words["changed"], words["changed_empty"], items)


def now_before(subject: Subject) -> str:
    """The value beside the one of the period before."""
    value, before = subject["value"], subject["previous_value"]
    words = subject.words
    if before is None:
        return words["only_now"].format(value=subject.value(value))
    return words["now_before"].format(
        value=subject.value(value), before=subject.value(before), change=subject.change(value, before)
    )


def _moved(subject: Subject) -> bool:
    """Whether its status is another than in the period before; one that was not judged tells nothing."""
    before = subject["status_before"]
    return subject.status is not None and before is not None and subject.status != before


def _urgency(subject: Subject, signals: Sequence[Row]) -> tuple[int, int, float]:
    """What got worse first, then what gave a bad signal, then the rest; the larger change first."""
    worse = _moved(subject) and STATUS_ORDER.index(subject.status) < STATUS_ORDER.index(subject["status_before"])
    bad = any(row["is_favourable"] is False for row in signals)
    return (0 if worse else 1, 0 if bad else 1, -_size(subject))


def _size(subject: Subject) -> float:
    """The change as a share of the value before."""
    value, before = subject["value"], subject["previous_value"]
    return abs(value - before) / abs(before) if value is not None and before else 0.0


def _item(subject: Subject, signals: Sequence[Row], newest: object) -> Item:
    statuses = STATUSES[subject.lang]
    mark = subject.status_words(subject.status)
    if _moved(subject):
        before = statuses.get(subject["status_before"], subject["status_before"])
        mark = subject.words["from_to"].format(before=before, after=mark)
    text = now_before(subject)
    if subject["period_start"] != newest:
        text = f"{text}, {subject.words['of_period'].format(period=subject.period())}"
    details = tuple(row[f"words_{subject.lang}"] for row in signals if row[f"words_{subject.lang}"])
    return Item(subject.label, text, mark, subject.tone, details)
