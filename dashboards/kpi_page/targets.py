"""What was promised of a KPI, when, and how attainable it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.kpi_page.slices import part_name, slice_name
from dashboards.mart import THIS_RUN, Mart, Row
from dashboards.speaker import Speaker

SHOWN = 5
# those of periods that have begun, and of the next one
TARGETS = f"""
    with promised as (
        select *, date_diff(
            'day', (select as_of from kpi_runs where run_id = {THIS_RUN})::date, period_start
        ) as days_ahead
        from kpi_targets
        where grain = promised_grain
    )

    select * from promised
    qualify row_number() over (
        partition by kpi, grain, slice, slice_value, days_ahead > 0 order by abs(days_ahead)
    ) <= if(days_ahead > 0, 1, {SHOWN})
    order by kpi, slice <> '', slice, slice_value,
        list_position(['year', 'quarter', 'month', 'week', 'day'], grain), period_start desc
"""
VERDICTS = ("attainable", "too_easy", "not_attainable")


@dataclass(frozen=True)
class Promise:
    """A target of a period; ``of`` names the part of a slice that it is for, empty for the whole."""

    period: str
    of: str
    baseline: str
    target: str
    set_at: str
    basis: str
    attainability: str


def promises(mart: Mart, say: Speaker, kpi: Row) -> Sequence[Promise]:
    """Return the last promises at each grain at which one was made, the longest periods first."""
    return [_promise(say, kpi, row) for row in mart.by("kpi", TARGETS).get(kpi["kpi"], [])]


def _promise(say: Speaker, kpi: Row, row: Row) -> Promise:
    return Promise(
        period=say.period(row["grain"], row["period_start"], row["period_end"]),
        of=f"{slice_name(row['slice'], say)}: {part_name(row['slice_value'], say)}" if row["slice"] else "",
        baseline=say.value(row["baseline"], kpi),
        target=_target(say, kpi, row),
        set_at=say.day(row["set_at"]),
        basis=_basis(say, kpi, row),
        attainability=_attainability(say, row),
    )


def _target(say: Speaker, kpi: Row, row: Row) -> str:
    if row["low"] is None or row["high"] is None:
        return say.value(row["value"], kpi)
    return say.words("site")["to"].format(low=say.value(row["low"], kpi), high=say.value(row["high"], kpi))


def _basis(say: Speaker, kpi: Row, row: Row) -> str:
    money = {"unit": "currency", "currency": kpi["currency"]}
    budget = "" if row["basis_budget"] is None else say.value(row["basis_budget"], money)
    return ", ".join(part for part in (row["basis_team"], budget, row["basis_time"]) if part)


def _attainability(say: Speaker, row: Row) -> str:
    if row["attainability"] is None or row["attainability_verdict"] not in VERDICTS:
        return ""
    words = say.words("kpi")
    verdict = words[f"was_{row['attainability_verdict']}"]
    return f"{verdict} · {words['futures'].format(share=say.chance(row['attainability']))}"
