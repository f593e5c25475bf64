"""What changed after it was published: values of closed periods, and definitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboards.mart import Mart, Row
from dashboards.speaker import Speaker
from dashboards.trust.figures import Figure, figure, measured, sliced

SHOWN = 40
COUNTS = """
    select reason, count(*) as changed, count(distinct kpi) as kpis, max(restated_at) as last_at
    from kpi_restatements
    group by reason
    order by changed desc, reason
"""
# totals before slices, and of each the largest change first; a value that came or went has no size
LARGEST = f"""
    with largest as (
        select *, row_number() over (order by
            slice <> '', abs(new_value - old_value) / nullif(abs(old_value), 0) desc nulls last,
            restated_at desc, kpi, grain, period_start, slice, slice_value
        ) as place
        from kpi_restatements
        qualify place <= {SHOWN}
    )
    select largest.*, period.period_end
    from largest
    left join (select distinct kpi, grain, period_start, period_end from kpi_values where slice = '') as period
        using (kpi, grain, period_start)
    order by place
"""
DEFINITIONS = f"""
    select *, count(*) over () as changes
    from (select *, lag(text) over (partition by kpi order by valid_from) as text_before from kpi_definitions)
    where text_before is not null
    order by valid_from desc, kpi
    limit {SHOWN}
"""


@dataclass(frozen=True)
class Restatement:
    """A published value of a closed period that changed."""

    figure: Figure
    period: str
    slice: str
    old: str
    new: str
    change: str
    reason: str
    when: str


@dataclass(frozen=True)
class Restatements:
    """How many values changed, by reason, and the largest of them."""

    total: int
    last: str
    reasons: list[tuple[str, str]]
    largest: list[Restatement]

    @property
    def more(self) -> int:
        """How many there are besides the largest."""
        return self.total - len(self.largest)


@dataclass(frozen=True)
class Definition:
    """A definition that took the place of another; both formulas are for engineers."""

    figure: Figure
    version: str
    when: str
    before: str
    now: str


def restatements(mart: Mart, say: Speaker) -> Restatements:
    """Return what has been restated."""
    counts = mart.rows(COUNTS)
    return Restatements(
        total=sum(row["changed"] for row in counts),
        last=_day(say, max((row["last_at"] for row in counts if row["last_at"]), default=None)),
        reasons=[(say.term("restatement", row["reason"]), _counted(say, row)) for row in counts],
        largest=[_restatement(mart, say, row) for row in mart.rows(LARGEST)],
    )


def definitions(mart: Mart, say: Speaker) -> tuple[list[Definition], int]:
    """Return the newest definitions that took the place of others, and how many there are besides."""
    rows = mart.rows(DEFINITIONS)
    found = [
        Definition(
            figure=figure(mart, say, row["kpi"]),
            version=say.words("trust")["version"].format(version=row["version"]),
            when=_day(say, row["valid_from"]),
            before=_formula(row["text_before"]),
            now=_formula(row["text"]),
        )
        for row in rows
    ]
    return found, (rows[0]["changes"] if rows else 0) - len(rows)


def _restatement(mart: Mart, say: Speaker, row: Row) -> Restatement:
    old, new, unit = row["old_value"], row["new_value"], measured(mart, row["kpi"])
    start, end = row["period_start"], row["period_end"]
    return Restatement(
        figure=figure(mart, say, row["kpi"]),
        period=say.period(row["grain"], start, end) if end else say.day(start),
        slice=sliced(say, row["slice"], row["slice_value"]),
        old=say.value(old, unit),
        new=say.value(new, unit),
        change=say.change(new, old, unit),
        reason=say.term("restatement", row["reason"]),
        when=_day(say, row["restated_at"]),
    )


def _counted(say: Speaker, row: Row) -> str:
    figures = say.counted("trust", "figures", row["kpis"])
    return say.words("trust")["values_of"].format(
        values=say.counted("trust", "values", row["changed"]), figures=figures
    )


def _day(say: Speaker, when: Any) -> str:
    return say.day(say.local(when).date()) if when else ""


def _formula(text: str | None) -> str:
    """The formula in words: the first line of a definition's text."""
    return (text or "").partition("\n")[0]
