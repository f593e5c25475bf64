"""Answers that MetricFlow gives over the facts, by the definitions that were published with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from metrics.compiler import expressions
from orchestration.errors import UsageError
from orchestration.publishing.versions import WAREHOUSE
from orchestration.querying.dimensions import Dimensions
from orchestration.querying.question import UNKNOWN, Answer, Kpi, Question, identifier, literal, names
from orchestration.querying.semantic_layer import GroupBy, SemanticLayer, SemanticLayerError

if TYPE_CHECKING:
    from orchestration.querying.conditions import Condition

# What the published time spine calls the periods of a calendar that is not the civil one.
BUSINESS = {"week": "business_week", "quarter": "fiscal_quarter", "year": "fiscal_year"}


@dataclass(frozen=True)
class Coverage:
    """What the mart says of a KPI's periods at a grain.

    ``first`` and ``last`` are the starts of those that it has, ``last_complete`` of the last complete one; ``own`` are
    the grains whose periods are the company's own and not the civil calendar's.
    """

    first: date | None = None
    last: date | None = None
    last_complete: date | None = None
    own: frozenset[str] = frozenset()


def from_metricflow(
    question: Question, kpi: Kpi, condition: Condition | None, document: Mapping[str, Any], coverage: Coverage
) -> Answer:
    """Answer with MetricFlow's query, shaped like the mart's rows.

    ``document`` is the semantic manifest of the published run.

    Raises:
        UsageError: the answer could tell of single persons, or MetricFlow cannot give it or would give another number.
    """
    _refuse_persons(question, kpi)
    _refuse_missing_slice(question, kpi)
    layer, metric = SemanticLayer(_as_the_mart_counts(document)), kpi["metric"]
    _refuse_other_calendar(question, document, metric, coverage)
    dimensions = Dimensions(question.name, layer.group_bys(metric))
    by = {name: dimensions.named("--by", name) for name in question.by}
    grain = BUSINESS[question.grain] if question.grain in coverage.own else question.grain
    where = condition.sql(lambda name: dimensions.named("--where", name).template) if condition else ""
    try:
        inner = layer.sql([metric], [f"metric_time__{grain}", *(item.column for item in by.values())], where)
    except SemanticLayerError as error:
        raise UsageError(f"{question.name}: MetricFlow cannot answer this: {error}") from None
    sql = _shaped(question, metric, f"metric_time__{grain}", by, inner, coverage)
    return Answer(sql, WAREHOUSE, "MetricFlow on the warehouse", question.by)


def _shaped(
    question: Question, metric: str, period: str, by: Mapping[str, GroupBy], inner: str, coverage: Coverage
) -> str:
    start = f"{period}::date"
    complete = f"{start} <= date '{coverage.last_complete}'" if coverage.last_complete else "false"
    columns = [
        f"{literal(question.name)} as kpi",
        f"{literal(question.grain)} as grain",
        f"{start} as period_start",
        *(f"coalesce({_shown(item)}, {literal(UNKNOWN)}) as {identifier(name)}" for name, item in by.items()),
        f"case when isfinite({metric}::double) then {metric}::double end as value",
        f"{complete} as is_complete",
    ]
    order = ", ".join(["period_start", *map(identifier, by)])
    select = ",\n    ".join(columns)
    return (
        f"with metricflow as (\n{inner}\n)\n\nselect\n    {select}\nfrom metricflow\n"
        f"where {_between(start, question, coverage)}\norder by {order}"
    )


def _shown(item: GroupBy) -> str:
    return f"{item.column}::date::varchar" if item.kind == "time" else f"{item.column}::varchar"


def _between(start: str, question: Question, coverage: Coverage) -> str:
    """The periods that are asked for, of those that the mart has: it alone knows what the data covers."""
    firsts = [day for day in (question.first, coverage.first) if day]
    lasts = [day for day in (question.last, coverage.last) if day]
    conditions = [f"{start} >= date '{max(firsts)}'"] if firsts else []
    conditions += [f"{start} <= date '{min(lasts)}'"] if lasts else []
    return "\n    and ".join(conditions) or f"{start} is not null"


def _refuse_persons(question: Question, kpi: Kpi) -> None:
    """Refuse what could tell of few persons; the mart has left out slices of fewer than ``min_persons``."""
    if not kpi["min_persons"] and "employees" not in names(kpi["entities"]):
        return
    slices = names(kpi["slices"])
    allowed = f"ask for it whole, --by or --where on one of {', '.join(slices)}" if slices else "ask for it whole"
    because = "slices of few persons are not published"
    raise UsageError(f"{question.name}: is only answered as the mart holds it, since {because}; {allowed}")


def _refuse_missing_slice(question: Question, kpi: Kpi) -> None:
    slices = names(kpi["slices"])
    if not kpi["has_total"] and not set(slices) & set(question.by):
        raise UsageError(f"{question.name}: has no total, only values by slice; use --by {' or '.join(slices)}")


def _refuse_other_calendar(question: Question, document: Mapping[str, Any], metric: str, coverage: Coverage) -> None:
    """Refuse offsets and periods to date where MetricFlow's civil periods are not the company's."""
    grains = set(_calendar_grains({item["name"]: item for item in document["metrics"]}, metric))
    if grains & coverage.own:
        own = ", ".join(sorted(coverage.own))
        raise UsageError(
            f"{question.name}: MetricFlow would count it by civil periods, and this company's own are: {own}; "
            "ask for what the mart holds"
        )


def _calendar_grains(metrics: Mapping[str, Any], metric: str) -> Iterator[str]:
    """Grains that a metric's formula looks back by: offsets of its inputs and periods to date."""
    parameters = metrics[metric]["type_params"]
    cumulative = parameters.get("cumulative_type_params") or {}
    if cumulative.get("grain_to_date"):
        yield cumulative["grain_to_date"]
    inputs = [*(parameters.get("metrics") or []), parameters.get("numerator"), parameters.get("denominator")]
    for used in filter(None, inputs):
        if used.get("offset_window"):
            yield used["offset_window"]["granularity"]
        if used.get("offset_to_grain"):
            yield used["offset_to_grain"]
        yield from _calendar_grains(metrics, used["name"])


def _as_the_mart_counts(document: Any) -> Any:
    """The definitions without rows for slices without data, and with divisors that nothing divides by zero.

    MetricFlow joins empty periods on time alone, which would give them one row of an unknown slice.
    """
    if isinstance(document, list):
        return [_as_the_mart_counts(part) for part in document]
    if not isinstance(document, dict):
        return document
    changed = {key: _as_the_mart_counts(value) for key, value in document.items()}
    if "join_to_timespine" in changed:
        changed["join_to_timespine"] = False
    if changed.get("type") == "derived":
        guarded = expressions.guard_divisions(expressions.parse(changed["type_params"]["expr"]))
        changed["type_params"]["expr"] = expressions.to_sql(guarded)
    return changed
