"""Which source answers a question: the mart where it holds the answer, else MetricFlow if it is asked about now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.errors import UsageError
from orchestration.publishing.versions import MART, SEMANTIC_MANIFEST
from orchestration.querying.mart import from_mart
from orchestration.querying.published import PublishedVersion
from orchestration.querying.question import Answer, Kpi, Question, at_allowed_grain, names

if TYPE_CHECKING:
    from orchestration.querying.conditions import Condition
    from orchestration.querying.metricflow import Coverage

PERIODS = """
select min(period_start), max(period_start), max(period_start) filter (where is_complete)
from kpi_values where kpi = ? and grain = ?
"""
OWN_GRAINS = """
select unnest(['week', 'quarter', 'year']), unnest([
    bool_or(week <> date_trunc('week', day)),
    bool_or(fiscal_quarter <> date_trunc('quarter', day)),
    bool_or(fiscal_year <> date_trunc('year', day))
]) from calendar
"""


def answer(version: PublishedVersion, question: Question, kpi: Kpi) -> Answer:
    """Find who answers a question about a row of the catalogue (of then, for what was known), and with which SQL.

    Raises:
        UsageError: nobody can; the message says why, and what is allowed.
    """
    question = at_allowed_grain(question, kpi)
    _check_by(question)
    condition = _condition(question)
    if question.known_at:
        from orchestration.querying.known_at import from_versions

        return from_versions(question, kpi, condition)
    return from_mart(question, kpi, condition) or _from_metricflow(version, question, kpi, condition)


def _check_by(question: Question) -> None:
    for name in question.by:
        if question.by.count(name) > 1:
            raise UsageError(f"--by {name}: is given {question.by.count(name)} times; give it once")


def _condition(question: Question) -> Condition | None:
    if not question.where:
        return None
    from orchestration.querying.conditions import Condition

    return Condition(question.where)


def _from_metricflow(version: PublishedVersion, question: Question, kpi: Kpi, condition: Condition | None) -> Answer:
    from orchestration.querying.metricflow import from_metricflow

    if not (version.folder / SEMANTIC_MANIFEST).exists():
        slices = ", ".join(names(kpi["slices"])) or "none"
        raise UsageError(
            f"{question.name}: the mart holds it whole and by its slices ({slices}), and {version.folder} has no "
            f"{SEMANTIC_MANIFEST} to ask MetricFlow by; run `kpi run`"
        )
    return from_metricflow(question, kpi, condition, version.definitions, _coverage(version, question))


def _coverage(version: PublishedVersion, question: Question) -> Coverage:
    from orchestration.querying.metricflow import Coverage

    with version.open(MART) as con:
        first, last, last_complete = con.execute(PERIODS, [question.name, question.grain]).fetchall()[0]
        own = frozenset(grain for grain, differs in con.execute(OWN_GRAINS).fetchall() if differs)
    return Coverage(first, last, last_complete, own)
