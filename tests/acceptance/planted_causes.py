"""What the published mart names as drivers where a fault of the generated company is the cause, and elsewhere.

A fault is judged in every whole period of its window against periods before the window, at the coarsest grain that has
one and that is not finer than a week or the KPI's review: there it moved the most rows. One that grows is judged from
its fourth week on; before, it is noise.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from sample_runs import SampleRun

GROWING = {"sms_handle_time"}
EXPLAINED = """
    with explained as (
        select
            explanations.kpi, explanations.grain, explanations.period_start, compare, explanations.slice,
            coalesce(slice_values, []) as slice_values, effect, period_end,
            case
                when compare = 'year_ago' and explanations.grain in ('day', 'week') then period_end - 364
                when compare = 'year_ago' or explanations.grain = 'year' then (period_end - interval 1 year)::date
                else explanations.period_start - 1
            end as end_before
        from kpi_explanations as explanations
        inner join kpi_values as val on
            val.kpi = explanations.kpi and val.grain = explanations.grain and val.slice = ''
            and val.period_start = explanations.period_start
    )
"""
CAUSED = f"""
    {EXPLAINED}
    select grain, period_start, compare, slice, slice_values, effect
    from explained
    where
        kpi = '{{kpi}}' and period_start >= '{{seen}}' and period_end <= '{{last}}' and end_before < '{{first}}'
        and grain in ('week', 'month', 'quarter', 'year')
    qualify rank() over (order by list_position(['week', 'month', 'quarter', 'year'], grain) desc) = 1
    order by all
"""
ELSEWHERE = f"""
    {EXPLAINED}
    select kpi, grain, period_start, compare
    from explained
    where
        slice = '{{slice}}' and list_contains(slice_values, '{{value}}')
        and period_start <= '{{last}}' and period_end >= '{{first}}'
    order by all
"""


class Named(NamedTuple):
    """What an explanation names: grain, first day, comparison, slice, segments and effect."""

    grain: str
    period_start: Any
    compare: str
    slice: str | None
    segments: list[str]
    effect: str | None


def caused(company: SampleRun, fault: str, kpi: str) -> list[Named]:
    """The explanations of a KPI's changes that a fault has made."""
    first, last = company.truth(fault)["days"]
    seen = date.fromisoformat(first) + timedelta(weeks=3 if fault in GROWING else 0)
    return [Named(*row) for row in company.ask(CAUSED.format(kpi=kpi, first=first, seen=seen, last=last))]


def segment_of(company: SampleRun, fault: str) -> tuple[str, str]:
    """The slice and the value of it that a fault hits."""
    ((name, value),) = company.truth(fault)["segment"].items()
    return name, value


def blamed_elsewhere(company: SampleRun, fault: str) -> list[tuple[Any, ...]]:
    """The changes of KPIs that a fault does not move, in its days, of which its segment is named all the same."""
    truth, (name, value) = company.truth(fault), segment_of(company, fault)
    first, last = truth["days"]
    rows = company.ask(ELSEWHERE.format(slice=name, value=value, first=first, last=last))
    assert {row[0] for row in rows} >= set(truth["kpis"]), "what is named is seen"
    return [row for row in rows if row[0] not in {*truth["kpis"], *truth["may_also_move"]}]
