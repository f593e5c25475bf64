"""What is due: plans that are late or asked for, check-ins, and alerts that are open; KPI by KPI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from metrics.wording import dates
from metrics.wording.vocabulary import ACTIONS, CAUSES
from orchestration.querying.rows import Row, by_kpi, rows
from orchestration.reviews.agenda import Item, Scope, Section, capital
from orchestration.reviews.subjects import Subject
from orchestration.reviews.words import WORDS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# how urgent plans and requests are, wherever they are listed: what asks for a decision comes before what goes on
ORDER = ("overdue", "asked", "reformulate", "recovered", "open", "done")
TONE = {"overdue": "bad", "asked": "bad", "reformulate": "warn", "recovered": "good", "done": "good"}
ACTIONS_OF = """
    select * from kpi_actions
    where list_contains($kpis::varchar[], kpi) and (closed_on is null or closed_on > $since::date)
    order by list_position($order::varchar[], status), misses desc nulls last, due, id
"""
CHECK_INS = """
    select * from key_results
    where list_contains($objectives::varchar[], objective) and checkin_overdue order by next_checkin, id
"""
ALERTS = """
    select * from kpi_alerts
    where list_contains($kpis::varchar[], kpi) and resolved_at is null order by opened_at, kpi, rule
"""


def actions_of(con: DuckDBPyConnection, subjects: Sequence[Subject], since: date) -> list[Row]:
    """Plans and requests of these KPIs, what is late first; of those closed only the ones since the last review."""
    asked = {"kpis": [subject.kpi for subject in subjects], "since": since, "order": list(ORDER)}
    return rows(con, ACTIONS_OF, asked)


def due(con: DuckDBPyConnection, scope: Scope, subjects: Sequence[Subject], actions: Sequence[Row]) -> Section:
    """Tell what somebody has to do by now, an item a KPI in the order of its most urgent action."""
    words, labels = WORDS[scope.lang], {subject.kpi: subject.label for subject in subjects}
    alerts = by_kpi(rows(con, ALERTS, {"kpis": list(labels)}))
    plans = by_kpi(actions)
    items = [_item(labels[kpi], mine, alerts.get(kpi, []), scope) for kpi, mine in plans.items()]
    items += [_alerted(labels[kpi], mine, scope) for kpi, mine in alerts.items() if kpi not in plans]
    if scope.cadence != "daily":
        objectives = {"objectives": sorted({s["objective"] for s in subjects if s["objective"]})}
        items += [_check_in(row, scope) for row in rows(con, CHECK_INS, objectives)]
    return Section("due", words["due_title"], words["due_empty"], tuple(items))


def _item(label: str, actions: Sequence[Row], alerts: Sequence[Row], scope: Scope) -> Item:
    """The most urgent action of a KPI; what else there is of it below."""
    words, first = WORDS[scope.lang], actions[0]
    others = [f"{capital(_mark(row, scope))}: {row[f'words_{scope.lang}']}" for row in actions[1:]]
    owners = ", ".join(dict.fromkeys(row["owner"] for row in actions if row["owner"]))
    details = [*_cause(first, scope), *others, *([words["owner"].format(owner=owners)] if owners else [])]
    if alerts:  # what they say is said of the KPI already
        pattern = words["alert_open" if len(alerts) == 1 else "alerts_open"]
        details.append(pattern.format(count=len(alerts), day=_opened(alerts[0], scope)))
    tone = TONE.get(first["status"], "")
    return Item(label, first[f"words_{scope.lang}"] or "", _mark(first, scope), tone, tuple(details))


def _mark(row: Row, scope: Scope) -> str:
    return ACTIONS[scope.lang].get(row["status"], row["status"])


def _cause(row: Row, scope: Scope) -> list[str]:
    if not row["cause"]:
        return []
    kind = CAUSES[scope.lang].get(row["cause_kind"], row["cause_kind"])
    return [WORDS[scope.lang]["cause"].format(kind=kind, text=row["cause"])]


def _alert(row: Row, scope: Scope) -> str:
    return WORDS[scope.lang]["alert_since"].format(day=_opened(row, scope), text=row[f"words_{scope.lang}"] or "")


def _opened(row: Row, scope: Scope) -> str:
    """The day on the company's clocks on which an alert was opened."""
    return dates.day((row["opened_at"] + (scope.now - scope.as_of)).date(), scope.lang)


def _alerted(label: str, alerts: Sequence[Row], scope: Scope) -> Item:
    """A KPI of which there is an alert and nothing else."""
    details = tuple(_alert(row, scope) for row in alerts[1:])
    first, mark = alerts[0], WORDS[scope.lang]["alert"].format(day=_opened(alerts[0], scope))
    return Item(label, first[f"words_{scope.lang}"] or "", mark, "warn", details)


def _check_in(row: Mapping[str, object], scope: Scope) -> Item:
    words = WORDS[scope.lang]
    coming, last = row["next_checkin"], row["last_checkin"]
    pattern = words["check_in_text" if last else "check_in_first"]
    said = {
        name: dates.day(day, scope.lang) for name, day in (("next", coming), ("last", last)) if isinstance(day, date)
    }
    owner = (words["owner"].format(owner=row["owner"]),) if row["owner"] else ()
    return Item(str(row[f"label_{scope.lang}"]), pattern.format(**said), words["check_in"], "warn", owner)
