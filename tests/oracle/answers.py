"""From a company's cleaned tables to the value of every KPI at every grain and slice, by plain GROUP BY.

A company module (`real_company`, `sample_company`) reads the raw files into tables, `derived` adds others, and this
module knows only the catalogue's formulas. Nothing is shared with dbt, with the compiler or with the rest of the
project.
"""

from collections.abc import Iterable
from typing import Any

import duckdb

from .catalogue import KPIS
from .measures import Kpi, Source

FEWEST_PERSONS = 5


def answer(con: duckdb.DuckDBPyConnection, names: set[str]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Compute the KPIs in ``names`` over the company's tables in ``con``.

    Returns (kpi, grain, period_start, slice, slice_value) → (value, numerator, denominator). The total has slice ''
    and slice_value ''. A value is None where the denominator is zero.
    """
    rows: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for kpi in (kpi for kpi in KPIS if kpi.name in names):
        for grain in kpi.grains:
            for by in (*([""] if kpi.has_total else []), *kpi.slices):
                found = con.execute(_sql(kpi, grain, by)).fetchall()
                for period, slice_value, *parts, _ in _published(found) if kpi.persons and by else found:
                    rows[kpi.name, grain, period, by, slice_value] = tuple(parts)
    return rows


def _sql(kpi: Kpi, grain: str, by: str) -> str:
    """One KPI at one grain and slice: period_start, slice_value, value, numerator, denominator, persons."""
    key = "period_start, slice_value"
    joined = f" full join s1 using ({key})" if len(kpi.sources) > 1 else ""
    sources = ", ".join(f"s{place} as ({_source(source, grain, by)})" for place, source in enumerate(kpi.sources))
    return f"""
        with {sources}
        select {key}, ({kpi.value})::double, ({kpi.numerator})::double, ({kpi.denominator})::double,
               ({kpi.persons or "null"})::double
        from s0{joined} where period_start is not null"""


def _source(source: Source, grain: str, by: str) -> str:
    """The columns of a source by period and slice value; doubles, so that every division is one of doubles."""
    slice_value = f"coalesce({by}::varchar, '(unknown)')" if by else "''"
    columns = ", ".join(f"({sql})::double as {name}" for name, sql in source.columns.items())
    period = f"date_trunc('{grain}', {source.day})::date"
    rows = f"""
        select {period} as period_start, {slice_value} as slice_value, {columns}
        from {source.table} where {source.day} is not null and {source.where} group by 1, 2"""
    rows = rows.replace("$grain", f"'{grain}'")
    if by or not source.fill:
        return rows
    filled = ", ".join(f"coalesce({name}, 0) as {name}" for name in source.columns)
    return f"""
        select period_start, '' as slice_value, {filled}
        from (select distinct date_trunc('{grain}', unnest(generate_series(
                  min({source.day}), max({source.day}), interval 1 day)))::date as period_start from {source.table})
        left join ({rows}) using (period_start)"""


def _published(rows: list[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    """The rows of a personal slice that may be shown.

    A slice value of few persons is left out; then so are the next smallest ones, until two or more are and together
    they are not few: otherwise the total would tell.
    """
    for period in {row[0] for row in rows}:
        ranked = sorted((row for row in rows if row[0] == period), key=lambda row: (row[-1] or 0, row[1]))
        hidden = 0
        if (ranked[0][-1] or 0) < FEWEST_PERSONS:
            while hidden < len(ranked) and (
                hidden < 2
                or (ranked[hidden][-1] or 0) < FEWEST_PERSONS
                or sum(row[-1] or 0 for row in ranked[:hidden]) < FEWEST_PERSONS
            ):
                hidden += 1
        yield from ranked[hidden:]
