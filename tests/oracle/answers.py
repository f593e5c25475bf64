"""From a company's cleaned tables to the value of every KPI at every grain and slice, by plain GROUP BY.

A company module (`real_company`, `sample_company`) reads the raw files into the tables named here; this module knows
only the catalogue's formulas. Nothing is shared with dbt, with the compiler or with the rest of the project.
"""

from dataclasses import dataclass
from typing import Any

import duckdb

EVERY_GRAIN = ("day", "week", "month", "quarter", "year")
FROM_WEEK = EVERY_GRAIN[1:]


@dataclass(frozen=True)
class Kpi:
    """A row of the catalogue: SQL for both parts of a ratio, or for a sum (no denominator)."""

    name: str
    table: str
    day: str
    numerator: str
    denominator: str | None
    grains: tuple[str, ...]
    slices: tuple[str, ...]


KPIS = (
    Kpi(
        "total_revenue",
        "orders",
        "ordered_day",
        "sum(net_amount)",
        None,
        EVERY_GRAIN,
        ("channel", "acquisition_channel", "country", "segment"),
    ),
    Kpi(
        "gross_margin",
        "orders",
        "ordered_day",
        "sum(net_amount - cost_amount)",
        "sum(net_amount) filter (where cost_amount is not null)",
        EVERY_GRAIN,
        ("channel", "acquisition_channel", "country", "segment"),
    ),
    Kpi(
        "revenue_per_customer",
        "orders",
        "ordered_day",
        "sum(net_amount) filter (where customer_id is not null)",
        "count(distinct customer_id)",
        FROM_WEEK,
        ("segment", "country"),
    ),
    Kpi(
        "conversion_rate",
        "sessions",
        "session_day",
        "count(*) filter (where has_purchase)",
        "count(*)",
        EVERY_GRAIN,
        ("device", "acquisition_channel", "country"),
    ),
    Kpi(
        "cart_abandonment_rate",
        "sessions",
        "session_day",
        "count(*) filter (where has_add_to_cart and not has_purchase)",
        "count(*) filter (where has_add_to_cart)",
        EVERY_GRAIN,
        ("device", "acquisition_channel", "country"),
    ),
    Kpi(
        "return_rate",
        "sold_products",
        "ordered_day",
        "sum(least(units_refunded, units_sold))",
        "sum(units_sold)",
        FROM_WEEK,
        ("product_category", "supplier", "channel", "country"),
    ),
    Kpi(
        "sales_cycle_days",
        "deals",
        "closed_day",
        "sum(closed_day - begun_day) filter (where stage = 'won')",
        "count(begun_day) filter (where stage = 'won')",
        FROM_WEEK,
        ("owner", "product", "market"),
    ),
    Kpi(
        "average_deal_value",
        "deals",
        "closed_day",
        "sum(amount) filter (where stage = 'won')",
        "count(*) filter (where stage = 'won')",
        FROM_WEEK,
        ("owner", "product", "market"),
    ),
    Kpi(
        "first_contact_resolution",
        "tickets",
        "closed_day",
        "count(*) filter (where had_answer and status = 'resolved' and contacts_to_resolve = 1"
        " and not coalesce(reopened, false))",
        "count(*) filter (where had_answer and status in ('resolved', 'unresolved'))",
        EVERY_GRAIN,
        ("channel", "priority", "topic"),
    ),
    Kpi(
        "average_handle_time",
        "interactions",
        "started_day",
        "sum(handle_seconds) filter (where answered)",
        "count(*) filter (where answered)",
        EVERY_GRAIN,
        ("channel", "agent"),
    ),
    Kpi(
        "customer_satisfaction",
        "(from surveys where kind = 'csat' and score between 1 and 5)",
        "answered_day",
        "count(*) filter (where score >= 4)",
        "count(*)",
        EVERY_GRAIN,
        ("channel", "topic"),
    ),
)


def answer(con: duckdb.DuckDBPyConnection, names: set[str] | None = None) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Compute every KPI (or those in ``names``) over the company's tables in ``con``.

    Returns (kpi, grain, period_start, slice, slice_value) → (value, numerator, denominator). The total has slice ''
    and slice_value ''. A value is None where the denominator is zero.
    """
    rows: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for kpi in KPIS:
        if names is not None and kpi.name not in names:
            continue
        for grain in kpi.grains:
            for by in ("", *kpi.slices):
                for period, slice_value, top, bottom in con.execute(_sql(kpi, grain, by)).fetchall():
                    rows[kpi.name, grain, period, by, slice_value] = (_value(kpi, top, bottom), top, bottom)
    return rows


def _sql(kpi: Kpi, grain: str, by: str) -> str:
    """One KPI at one grain and slice: period_start, slice_value, numerator, denominator."""
    slice_value = f"coalesce({by}::varchar, '(unknown)')" if by else "''"
    values = f"""
        select date_trunc('{grain}', {kpi.day})::date as period_start, {slice_value} as slice_value,
               {kpi.numerator} as numerator, {kpi.denominator or "null"} as denominator
        from {kpi.table} where {kpi.day} is not null group by all"""
    if kpi.denominator or by:
        return values
    # A sum's total is 0, not absent, in a period without rows between the first and the last day of its fact.
    return f"""
        with v as ({values}),
             days as (select unnest(generate_series(min({kpi.day}), max({kpi.day}), interval 1 day))::date as day
                      from {kpi.table}),
             periods as (select distinct date_trunc('{grain}', day)::date as period_start from days)
        select period_start, '', coalesce(numerator, 0), null from periods left join v using (period_start)"""


def _value(kpi: Kpi, numerator: Any, denominator: Any) -> float | None:
    if kpi.denominator is None:
        return None if numerator is None else float(numerator)
    return float(numerator or 0) / float(denominator) if denominator else None
