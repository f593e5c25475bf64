"""Why: what explains the changes, and the segments that contributed most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from metrics.wording.vocabulary import sliced_by
from orchestration.querying.rows import Row, by_kpi, rows
from orchestration.reviews.agenda import Item, Scope, Section, capital
from orchestration.reviews.subjects import Subject
from orchestration.reviews.words import WORDS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOWN_DRIVERS = 3
# What the target looks back to comes first: to the year before, as most do.
EXPLANATIONS = """
    select explanation.*
    from kpi_explanations as explanation inner join kpi_scorecard as card using (kpi, grain, period_start)
    order by explanation.kpi, explanation.compare desc
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
    """Explain notable changes, and of KPIs off target whether there is anything to explain."""
    explanations = by_kpi(rows(con, EXPLANATIONS))
    drivers = by_kpi(rows(con, DRIVERS))
    items: list[Item] = []
    for subject in subjects:
        told = _worth_telling(subject, explanations.get(subject.kpi, []))
        if told:
            items.append(_item(subject, told, drivers.get(subject.kpi, [])))
    words = WORDS[scope.lang]
    return Section("why", words["why"], words["why_empty"], tuple(items))


def _worth_telling(subject: Subject, explanations: Sequence[Row]) -> list[Row]:
    """Notable changes, against last year only of a KPI that is not on target; else, off target, that it is none."""
    said = [row for row in explanations if row[f"sentence_{subject.lang}"]]
    notable = [row for row in said if row["is_notable"] and (row["compare"] == "previous" or subject.is_missed)]
    return notable or (said[:1] if subject.status == "off_target" else [])


def _item(subject: Subject, told: Sequence[Row], drivers: Sequence[Row]) -> Item:
    first, *others = (_sentence(subject, row) for row in told)
    named = [_drivers(subject, row, [each for each in drivers if each["compare"] == row["compare"]]) for row in told]
    # of two comparisons that name the same segments one list is enough
    return Item(subject.label, first, details=(*others, *[line for line in named[:1] if line]))


def _sentence(subject: Subject, row: Row) -> str:
    """A sentence without the KPI's name, which stands before it already."""
    sentence = row[f"sentence_{subject.lang}"]
    if not sentence.startswith(subject.label):
        return sentence
    return capital(sentence.removeprefix(subject.label).lstrip(": "))


def _drivers(subject: Subject, row: Row, drivers: Sequence[Row]) -> str:
    if not drivers:
        return ""
    parts = [f"{driver['slice_value']} {subject.difference(driver['contribution'])}" for driver in drivers]
    words = sliced_by(row["slice"])
    by = words.en if subject.lang == "en" else words.es.removeprefix("el ").removeprefix("la ")
    return subject.words["drivers"].format(slice=by, parts=" · ".join(parts))
