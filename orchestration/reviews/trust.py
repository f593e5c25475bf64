"""Whether the numbers can be trusted: certificates that are missing, and published values that changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from metrics.wording import numbers
from metrics.wording.vocabulary import REASONS
from orchestration.querying.rows import Row, by_kpi, rows
from orchestration.reviews.agenda import Item, Scope, Section, capital
from orchestration.reviews.subjects import Subject, period_words
from orchestration.reviews.words import WORDS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Runs are told apart by their now: a review asks what the mart has said anew since the last one, not when it was made.
RESTATED = """
    select restated.*
    from kpi_restatements as restated
    inner join kpi_catalog as catalog
        on restated.kpi = catalog.kpi and restated.grain = catalog.review_grain
    left join kpi_runs as run on restated.run_id = run.run_id
    where list_contains($kpis::varchar[], restated.kpi) and restated.slice = ''
        and coalesce(run.as_of, restated.restated_at) > $since::timestamp
    order by restated.kpi, restated.period_start
"""


def trust(scope: Scope, subjects: Sequence[Subject]) -> Section:
    """Say of every KPI without a certificate why, and what was certified last."""
    words = WORDS[scope.lang]
    items = tuple(_uncertified(subject) for subject in subjects if not subject["certified"])
    return Section("trust", words["trust"], words["trust_empty"], items)


def restated(con: DuckDBPyConnection, scope: Scope, subjects: Sequence[Subject], since: datetime) -> Section:
    """Tell which values of complete periods changed in marts whose now is after ``since`` (UTC), a line a KPI."""
    changed = by_kpi(rows(con, RESTATED, {"kpis": [subject.kpi for subject in subjects], "since": since}))
    words = WORDS[scope.lang]
    items = tuple(_restated(subject, changed[subject.kpi]) for subject in subjects if subject.kpi in changed)
    return Section("restated", words["restated"], words["restated_empty"], items)


def _uncertified(subject: Subject) -> Item:
    words, start = subject.words, subject["last_certified_period_start"]
    details: tuple[str, ...] = ()
    if subject["last_certified_value"] is not None and start is not None:
        period = period_words(subject["grain"], start, subject.lang)
        value = subject.value(subject["last_certified_value"])
        details = (words["last_certified"].format(value=value, period=period),)
    return Item(subject.label, subject.text("reasons") or "", words["not_certified"], "bad", details)


def _restated(subject: Subject, changes: Sequence[Row]) -> Item:
    most = max(changes, key=_size)
    one = subject.words["restated_one"].format(
        period=period_words(most["grain"], most["period_start"], subject.lang),
        old=_value(subject, most["old_value"]),
        new=_value(subject, most["new_value"]),
        reason=REASONS[subject.lang].get(most["reason"], most["reason"]),
    )
    text = one if len(changes) == 1 else subject.words["restated_more"].format(count=len(changes), one=one)
    return Item(subject.label, capital(text))


def _value(subject: Subject, number: float | None) -> str:
    return numbers.NOTHING if number is None else subject.value(number)


def _size(row: Row) -> float:
    """How much a value changed, as a share of the old one; one that came or went counts most."""
    old, new = row["old_value"], row["new_value"]
    if old is None or new is None:
        return float("inf")
    return abs(new - old) / abs(old) if old else float("inf") if new else 0.0
