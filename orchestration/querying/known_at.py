"""What a reader of the published mart saw at a time: answers from kpi_value_versions."""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from metrics.calendar import GRAINS
from orchestration.declarations.sources import parse_time
from orchestration.errors import UsageError
from orchestration.publishing.versions import MART
from orchestration.querying.mart import slice_of, values_sql
from orchestration.querying.question import Answer, Kpi, Question, names

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.querying.conditions import Condition

OPTION = "--as-known-at"
HELD = "known_from <= {at} and coalesce(known_to > {at}, true)"
SHAPE = f"select list(distinct grain), list(distinct slice) from kpi_value_versions where kpi = $kpi and {HELD}"
DEFINITION = """
select known.version, string_split(known.text, chr(10))[1], catalog
from kpi_definitions as known
left join kpi_catalog as catalog
    on known.kpi = catalog.kpi and known.version = catalog.version and known.hash = catalog.definition_hash
where known.kpi = $kpi and valid_from <= $at and coalesce(valid_to > $at, true)
"""
SPAN = "select min(known_from), max(coalesce(known_to, 'infinity')) from kpi_value_versions where kpi = $kpi"
ALL = "select min(known_from), list(distinct kpi order by kpi) from kpi_value_versions"


def moment(text: str) -> datetime:
    """Read a time as naive UTC; without an offset it is UTC already.

    Raises:
        UsageError: it is none.
    """
    try:
        return parse_time(text).replace(tzinfo=None)
    except (ValueError, OverflowError):
        example = "2026-06-30T18:00 (UTC) or 2026-06-30T18:00+02:00"
        raise UsageError(f"{OPTION} {text}: is not a timestamp; write one such as {example}") from None


def kpi_then(con: DuckDBPyConnection, name: str, at: datetime) -> Kpi:
    """Return what the catalogue's row of a KPI was, as far as the mart remembers: also of one that is gone by now.

    ``defined_then`` says in words what it was if it is not that any more; units of today are only given to a number
    that means the same today.

    Raises:
        UsageError: nothing, or nothing of this name, was known then; the message says what was, and since when.
    """
    asked = {"kpi": name, "at": at}
    grains, slices = _row(con, SHAPE.format(at="$at"), asked)
    if not grains:
        raise UsageError(_unknown(con, name, at))
    version, formula, today = _row(con, DEFINITION, asked) or (None, None, {})
    is_same = bool(today.get("kpi"))
    return {
        "kpi": name,
        "grains": ", ".join(sorted(grains, key=GRAINS.index)),
        "slices": ", ".join(sorted(filter(None, slices))),
        "has_total": "" in slices,
        "review_grain": today.get("review_grain") if today.get("review_grain") in grains else None,
        "unit": today.get("unit"),
        "currency": today.get("currency"),
        "defined_then": f"version {version}: {formula}" if version is not None and not is_same else "",
    }


def from_versions(question: Question, kpi: Kpi, condition: Condition | None) -> Answer:
    """Answer with the versions that held then.

    Raises:
        UsageError: the mart did not hold it; the facts, which MetricFlow would ask, keep no past.
    """
    slice_ = slice_of(question, kpi, condition)
    if slice_ is None:
        raise UsageError(_refused(question, kpi))
    at = f"timestamp '{question.known_at}'"
    more = (f"coalesce(complete_from <= {at}, false) as is_complete", "certified", "known_from", "known_to", "run_id")
    sql = values_sql("kpi_value_versions", question, slice_, condition, more, (HELD.format(at=at),))
    then = f" ({kpi['defined_then']})" if kpi["defined_then"] else ""
    source = f"what was published at {_utc(question.known_at)}{then}"
    return Answer(sql, MART, source, question.by)


def _refused(question: Question, kpi: Kpi) -> str:
    whole = ["whole"] if kpi["has_total"] else []
    held = " or ".join([*whole, *(f"by {slice_}" for slice_ in names(kpi["slices"]))])
    return (
        f"{OPTION}: {question.name} is answered as the mart held it then: {held}, or for one value of that; "
        "other dimensions and conditions are asked of the facts, which keep no past"
    )


def _unknown(con: DuckDBPyConnection, name: str, at: datetime) -> str:
    first, known = _row(con, ALL, {})
    if not first:
        return f"{OPTION}: the published mart remembers nothing yet; run `kpi run`"
    if at < first:
        return f"{OPTION} {_utc(at)}: nothing was published yet; values are known since {_utc(first)}"
    if name not in known:
        close = get_close_matches(name, known, 3)
        allowed = f"did you mean {' or '.join(close)}?" if close else f"use one of {', '.join(known)}"
        return f"{name}: the mart has never had a value of that name; {allowed}"
    since, until = _row(con, SPAN, {"kpi": name})
    end = "" if until == datetime.max else f" until {_utc(until)}"
    return f"{OPTION} {_utc(at)}: {name} had no value then; it is known since {_utc(since)}{end}"


def _row(con: DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> Any:
    return con.execute(sql, parameters).fetchone()


def _utc(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"
