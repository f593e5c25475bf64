"""Answers from kpi_values: a KPI at one of its grains, whole or by one of its slices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from orchestration.publishing.versions import MART
from orchestration.querying.question import Answer, Kpi, Question, identifier, literal, names

if TYPE_CHECKING:
    from orchestration.querying.conditions import Condition

MORE = ("period_end", "numerator", "denominator", "sample_size", "is_complete", "status", "certified")


def from_mart(question: Question, kpi: Kpi, condition: Condition | None) -> Answer | None:
    """Answer with the mart's own rows; None if they do not hold the slice or the condition."""
    slice_ = slice_of(question, kpi, condition)
    if slice_ is None:
        return None
    return Answer(values_sql("kpi_values", question, slice_, condition, MORE), MART, "the mart", question.by)


def slice_of(question: Question, kpi: Kpi, condition: Condition | None) -> str | None:
    """The slice that holds the answer, '' for the total; None if there is none."""
    filtered = condition.values if condition else None
    if condition and (not filtered or (len(filtered[1]) > 1 and not question.by)):
        return None
    asked = {*question.by, *([filtered[0]] if filtered else [])}
    if not asked:
        return "" if kpi["has_total"] else None
    return asked.pop() if len(asked) == 1 and asked <= set(names(kpi["slices"])) else None


def values_sql(
    table: str,
    question: Question,
    slice_: str,
    condition: Condition | None,
    more: Iterable[str],
    only: Iterable[str] = (),
) -> str:
    """Select a slice from a table with the key of kpi_values: ``more`` columns of rows that meet ``only``, too."""
    by = question.by
    conditions = [
        f"kpi = {literal(question.name)}",
        f"grain = {literal(question.grain)}",
        f"slice = {literal(slice_)}",
        *_values(condition),
        *([f"period_start >= date '{question.first}'"] if question.first else []),
        *([f"period_start <= date '{question.last}'"] if question.last else []),
        *only,
    ]
    columns = ["kpi", "grain", "period_start", *(f"slice_value as {identifier(name)}" for name in by), "value", *more]
    where, order = "\n    and ".join(conditions), ", ".join(["period_start", *(["slice_value"] if by else [])])
    return f"select {', '.join(columns)}\nfrom {table}\nwhere {where}\norder by {order}"


def _values(condition: Condition | None) -> list[str]:
    if not condition or not condition.values:
        return []
    return [f"slice_value in ({', '.join(literal(value) for value in sorted(condition.values[1]))})"]
