"""What happened to a KPI besides its values: restatements, definitions, plans, lost certificates and missing data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from dashboards.mart import Mart, Row
from dashboards.speaker import Speaker

# marks beyond these would hide what they stand above
MOST = 9
RESTATEMENTS = """
    select kpi, grain, reason, restated_at, min(period_start) as period_start, count(*) as periods
    from kpi_restatements
    where slice = ''
    group by all
    order by all
"""
# a first version is no change
DEFINITIONS = """
    select * from kpi_definitions
    qualify row_number() over (partition by kpi order by valid_from) > 1
    order by kpi, valid_from
"""
PLANS = "select * from kpi_actions where opened_on is not null order by kpi, opened_on, id"
# the periods between two that are certified, together; what was never certified says so elsewhere
UNCERTIFIED = """
    with judged as (
        select kpi, grain, period_start, period_end, certified,
            count(*) filter (where certified) over (partition by kpi, grain order by period_start) as certified_before,
            max(period_end) over (partition by kpi, grain) as newest
        from kpi_values
        where slice = '' and is_complete
    )

    select kpi, grain, min(period_start) as first, max(period_end) as last, last = any_value(newest) as still
    from judged
    where not certified and certified_before > 0
    group by kpi, grain, certified_before
    order by kpi, grain, first
"""
MISSING = "select * from kpi_signals where rule = 'missing' order by kpi, grain, period_start"


@dataclass(frozen=True)
class Event:
    """What happened on a day."""

    day: date
    words: str


@dataclass(frozen=True)
class Note:
    """What stands below a chart for a number in it."""

    number: int
    words: str


def events(mart: Mart, say: Speaker, kpi: str, grain: str) -> list[Event]:
    """Return what happened to a KPI, the oldest first; what concerns single periods is that of a grain."""
    always = [*_redefined(mart, say, kpi), *_planned(mart, say, kpi)]
    of_grain = [event for told in (_restated, _uncertified, _missing) for event in told(mart, say, kpi, grain)]
    return sorted([*always, *of_grain], key=lambda event: (event.day, event.words))


def noted(happened: Sequence[Event], rows: Sequence[Row]) -> tuple[list[tuple[date, str]], list[Note]]:
    """Number the periods of some rows in which something happened: marks by first day, and notes for what happened.

    Only the last ``MOST`` periods are numbered; what happened outside of the rows is left out.
    """
    within = [(start, event) for event in happened if (start := _period(event.day, rows))]
    periods = [(start, list(group)) for start, group in groupby(within, key=lambda pair: pair[0])][-MOST:]
    marks = [(start, str(number)) for number, (start, _) in enumerate(periods, 1)]
    notes = [Note(number, event.words) for number, (_, group) in enumerate(periods, 1) for _, event in group]
    return marks, notes


def _period(day: date, rows: Sequence[Row]) -> date | None:
    found = (row["period_start"] for row in rows if row["period_start"] <= day <= row["period_end"])
    return next(found, None)


def _restated(mart: Mart, say: Speaker, kpi: str, grain: str) -> Iterator[Event]:
    words = say.words("kpi")
    for row in mart.by("kpi", RESTATEMENTS).get(kpi, []):
        if row["grain"] == grain:
            said = words["restated_one" if row["periods"] == 1 else "restated_many"].format(
                count=row["periods"],
                day=say.day(say.local(row["restated_at"]).date()),
                reason=say.term("restatement", row["reason"]),
            )
            yield Event(row["period_start"], said)


def _redefined(mart: Mart, say: Speaker, kpi: str) -> Iterator[Event]:
    for row in mart.by("kpi", DEFINITIONS).get(kpi, []):
        day = say.local(row["valid_from"]).date()
        yield Event(day, say.words("kpi")["redefined"].format(version=row["version"], day=say.day(day)))


def _planned(mart: Mart, say: Speaker, kpi: str) -> Iterator[Event]:
    for row in mart.by("kpi", PLANS).get(kpi, []):
        said = say.words("kpi")["planned"].format(
            day=say.day(row["opened_on"]), cause=say.quoted(row["cause"] or row["id"])
        )
        yield Event(row["opened_on"], said)


def _uncertified(mart: Mart, say: Speaker, kpi: str, grain: str) -> Iterator[Event]:
    for row in mart.by("kpi", UNCERTIFIED).get(kpi, []):
        if row["grain"] == grain:
            said = "lost" if row["still"] else "lost_on" if row["first"] == row["last"] else "lost_for"
            days = {"first": say.day(row["first"]), "last": say.day(row["last"])}
            yield Event(row["first"], say.words("kpi")[said].format(**days))


def _missing(mart: Mart, say: Speaker, kpi: str, grain: str) -> Iterator[Event]:
    for row in mart.by("kpi", MISSING).get(kpi, []):
        if row["grain"] == grain:
            yield Event(row["period_start"], say.text(row, "words") or "")
