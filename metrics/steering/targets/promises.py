"""The promises of contracts as rows: their periods found in the calendar, their basis in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from metrics.calendar import Calendar
from metrics.contracts import Contract
from metrics.contracts.models import Kpi
from metrics.contracts.targets import Basis, Target
from metrics.periods import grain_of, named_period
from metrics.wording import numbers

COLUMNS = """
    kpi varchar, place integer, period varchar, grain varchar, named_start date, slice varchar, slice_value varchar,
    value double, change double, over varchar, low double, high double,
    baseline double, baseline_grain varchar, baseline_start date,
    at_risk double, horizon varchar, set_at date, spread varchar,
    basis varchar, basis_team varchar, basis_budget double, basis_time varchar
"""


def promise_rows(contracts: Iterable[Contract], calendar: Calendar) -> Iterator[dict[str, object]]:
    """A row (see ``COLUMNS``) per target of every KPI; ``named_start`` is None for a target of ``each`` period."""
    for contract in contracts:
        if isinstance(contract.body, Kpi):
            for place, target in enumerate(contract.body.targets):
                yield {"kpi": contract.name, "place": place, **_row(target, calendar)}


def _row(target: Target, calendar: Calendar) -> dict[str, object]:
    slice_name, slice_value = target.of
    return {
        "period": target.period,
        "grain": grain_of(target.period),
        "named_start": _start(target.period, calendar),
        "slice": slice_name,
        "slice_value": slice_value,
        **_amount(target),
        **_baseline(target, calendar),
        "at_risk": target.at_risk,
        "horizon": target.horizon,
        "set_at": target.set_at,
        "spread": target.spread,
        **_basis(target.basis, calendar.currency),
    }


def _start(period: str, calendar: Calendar) -> object:
    return None if period.startswith("each ") else named_period(period, calendar).start


def _amount(target: Target) -> dict[str, object]:
    """The promised number, the bounds, or the change as a fraction: ``+5%`` is 0.05."""
    if isinstance(target.value, str):
        return {"change": float(target.value.removesuffix("%")) / 100, "over": target.over}
    return {"value": target.value, "low": target.low, "high": target.high}


def _baseline(target: Target, calendar: Calendar) -> dict[str, object]:
    if not isinstance(target.baseline, str):
        return {"baseline": target.baseline}
    period = named_period(target.baseline, calendar)
    return {"baseline_grain": period.grain, "baseline_start": period.start}


def _basis(basis: Basis | None, currency: str) -> dict[str, object]:
    if basis is None:
        return {}
    budget = None if basis.budget is None else numbers.value(basis.budget, "currency", currency)
    said = ", ".join(part for part in (basis.team, budget, basis.time) if part)
    return {
        "basis": said or None,
        "basis_team": basis.team,
        "basis_budget": basis.budget,
        "basis_time": basis.time,
    }
