"""Why: what explains the changes, and the segments that contributed most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orchestration.querying.rows import Row, rows
from orchestration.reviews.agenda import Item, Scope, Section
from orchestration.reviews.subjects import Subject
from orchestration.reviews.words import WORDS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOWN_DRIVERS = 3
EXPLANATIONS = """
    select explanation.*
    from kpi_explanations as explanation inner join kpi_scorecard as card using (kpi, grain, period_start)
    order by explanation.kpi, explanation.compare
"""
DRIVERS = f"""
    select driver.kpi, driver.compare, driver.slice, driver.slice_value, driver.contribution
    from kpi_drivers as driver
    inner join kpi_scorecard as card using (kpi, grain, period_start)
    inner join kpi_explanations as explanation using (kpi, grain, period_start, compare, slice)
    where driver.contribution <> 0
    qualify row_number() over (
        partition by driver.kpi, driver.compare order by driver.rank nulls last, abs(driver.contribution) desc
    ) <= {SHOWN_DRIVERS}
    order by driver.kpi, driver.compare, driver.rank
"""


def causes(con: DuckDBPyConnection, scope: Scope, subjects: Sequence[Subject]) -> Section:
    """Explain notable changes, and those against last year of KPIs that are not on target."""
    explanations: dict[str, list[Row]] = {}
    for row in rows(con, EXPLANATIONS):
        explanations.setdefault(row["kpi"], []).append(row)
    drivers: dict[tuple[str, str], list[Row]] = {}
    for row in rows(con, DRIVERS):
        drivers.setdefault((row["kpi"], row["compare"]), []).append(row)
    items = tuple(
        _item(subject, row, drivers.get((subject.kpi, row["compare"]), []))
        for subject in subjects
        for row in explanations.get(subject.kpi, [])
        if row[f"sentence_{scope.lang}"] and _is_worth_it(subject, row)
    )
    words = WORDS[scope.lang]
    return Section("why", words["why"], words["why_empty"], items)


def _is_worth_it(subject: Subject, row: Row) -> bool:
    """Notable changes; against last year only where the target, which mostly looks back a year, is not met."""
    return bool(row["is_notable"]) and (row["compare"] == "previous" or subject.is_missed)


def _item(subject: Subject, row: Row, drivers: Sequence[Row]) -> Item:
    parts = [f"{driver['slice_value']} {subject.difference(driver['contribution'])}" for driver in drivers]
    said = subject.words["drivers"].format(slice=row["slice"], parts=" · ".join(parts))
    return Item(subject.label, row[f"sentence_{subject.lang}"], details=(said,) if parts else ())
