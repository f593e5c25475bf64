"""What waits for somebody: action plans that are overdue, and alerts that are open, in a sentence each."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.mart import Mart, Row
from dashboards.sentences import Part, Sentence
from dashboards.speaker import Speaker

PLANS = "select kpi, owner from kpi_actions where status = 'overdue' order by due nulls last, id"
ALERTS = """
    select kpi, severity from kpi_alerts where resolved_at is null
    order by list_position(['critical', 'warning', 'info'], severity), opened_at, id
"""
NAMED = 5


def plans(mart: Mart, say: Speaker, kpis: Sequence[str]) -> Sentence:
    """Say whose action plans are overdue, and who answers for them."""
    words, found = say.words("digest"), _of(mart.rows(PLANS), kpis)
    if not found:
        return (Part(words["no_plans"]),)
    owners = {row["kpi"]: row["owner"] or "" for row in found}
    return (Part(words["plans"].format(count=len(found))), *_named(mart, say, owners))


def alerts(mart: Mart, say: Speaker, kpis: Sequence[str]) -> Sentence:
    """Say which KPIs have alerts that are open, the gravest first."""
    words, found = say.words("digest"), _of(mart.rows(ALERTS), kpis)
    if not found:
        return (Part(words["no_alerts"]),)
    critical = sum(row["severity"] == "critical" for row in found)
    beginning = words["alerts_critical" if critical else "alerts"].format(count=len(found), critical=critical)
    return (Part(beginning), *_named(mart, say, {row["kpi"]: "" for row in found}))


def _of(rows: Sequence[Row], kpis: Sequence[str]) -> list[Row]:
    return [row for row in rows if row["kpi"] in kpis]


def _named(mart: Mart, say: Speaker, found: dict[str, str]) -> list[Part]:
    """The first KPIs by their labels, each with what is said of it in brackets, and how many more there are."""
    parts: list[Part] = []
    for kpi, said in list(found.items())[:NAMED]:
        parts += [Part(", "), Part(say.label(mart.catalogue[kpi]), kpi), *([Part(f" ({said})")] if said else [])]
    more = len(found) - NAMED
    rest = [Part(say.words("sentences")["and_more"].format(count=more))] if more > 0 else []
    return [*parts[1:], *rest, Part(".")]
