"""What was promised: the goals under way with their pace and forecast, and the objectives that the KPIs serve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from metrics.wording import dates, numbers, vocabulary
from orchestration.querying.rows import Row, rows
from orchestration.reviews.agenda import Scope, Section, Table, capital
from orchestration.reviews.subjects import TONES, Subject, period_words
from orchestration.reviews.words import WORDS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from metrics.wording.numbers import Language

OBJECTIVES = "select * from objectives where list_contains($ids::varchar[], id) and due is not null order by id"
KEY_RESULTS = "select * from key_results where list_contains($ids::varchar[], objective) order by objective, id"


def promised(con: DuckDBPyConnection, scope: Scope, subjects: Sequence[Subject]) -> Section:
    """Show every goal under way, the least likely first, and from weekly reviews on the objectives."""
    words = WORDS[scope.lang]
    tables = [_goals(scope, subjects)]
    if scope.cadence != "daily":
        tables.append(_objectives(con, scope, subjects))
    return Section("promised", words["promised"], words["promised_empty"], tables=tuple(t for t in tables if t.rows))


def _goals(scope: Scope, subjects: Sequence[Subject]) -> Table:
    words = WORDS[scope.lang]
    under_way = [subject for subject in subjects if subject["goal_start"] is not None]
    under_way.sort(key=lambda subject: (_or_one(subject["probability_on_target"]), _or_one(subject["pace"])))
    columns = ("kpi", "promise", "target", "to_date", "pace", "forecast", "chance")
    return Table(tuple(words[column] for column in columns), tuple(map(_goal, under_way)), numeric=(2, 3, 4, 5, 6))


def _or_one(number: float | None) -> float:
    return 1.0 if number is None else number


def _goal(subject: Subject) -> tuple[str, ...]:
    return (
        subject.label,
        capital(period_words(subject["goal_grain"], subject["goal_start"], subject.lang)),
        subject.value(subject["goal_target"]),
        subject.value(subject["goal_value"]),
        numbers.share(subject["pace"], subject.lang),
        _forecast(subject),
        numbers.chance(subject["probability_on_target"], subject.lang),
    )


def _forecast(subject: Subject) -> str:
    """The expected value with its interval."""
    if subject["forecast"] is None:
        return numbers.NOTHING
    low, high = subject["forecast_lower"], subject["forecast_upper"]
    interval = [subject.value(bound) for bound in (low, high) if bound is not None]
    # a period that is over is known, and has no interval
    shown = f" ({' … '.join(interval)})" if len(set(interval)) == 2 else ""
    return f"{subject.value(subject['forecast'])}{shown}"


def _objectives(con: DuckDBPyConnection, scope: Scope, subjects: Sequence[Subject]) -> Table:
    words = WORDS[scope.lang]
    served: dict[str, Any] = {"ids": sorted({subject["objective"] for subject in subjects if subject["objective"]})}
    steps: dict[str, list[Row]] = {}
    for row in rows(con, KEY_RESULTS, served):
        steps.setdefault(row["objective"], []).append(row)
    shown: list[tuple[Row, str]] = []
    for objective in rows(con, OBJECTIVES, served):
        shown.append((objective, objective[f"label_{scope.lang}"]))
        shown += [
            (step, words["key_result"].format(label=step[f"label_{scope.lang}"]))
            for step in steps.get(objective["id"], [])
        ]
    columns = ("objective", "status", "progress", "expected", "confidence", "due")
    return Table(
        tuple(words[column] for column in columns),
        tuple(_line(row, label, scope.lang) for row, label in shown),
        numeric=(2, 3, 4),
        status=1,
        tones=tuple(TONES.get(row["status"], "") for row, _ in shown),
    )


def _line(row: Row, label: str, lang: Language) -> tuple[str, ...]:
    status = row["status"]
    shown = vocabulary.status(status, lang) if status else numbers.NOTHING
    due = dates.day(row["due"], lang) if row["due"] else numbers.NOTHING
    progress = (numbers.share(row["progress"], lang), numbers.share(row["expected_progress"], lang))
    return (label, shown, *progress, numbers.share(row["confidence"], lang), due)
