"""The scorecard on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from metrics.wording import numbers
from orchestration.cli import terminal
from orchestration.cli.reading.standing import gap_of, goal, target_of
from orchestration.cli.steering.actions import print_waiting
from orchestration.querying.rows import Row, rows
from orchestration.reports import wording

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.console import Console

SCORECARD = """
    select scorecard.*, catalog.label_en, catalog.unit, catalog.currency, catalog.department
    from kpi_scorecard as scorecard inner join kpi_catalog as catalog using (kpi)
    order by catalog.department, scorecard.kpi
"""
HEADERS = ("KPI", "Period", "Value", "Target", "Gap", "Change", "Status", "✓")
NUMBERS = ("Value", "Target", "Gap", "Change")


def print_scorecard(con: DuckDBPyConnection, console: Console) -> None:
    """Print every KPI's latest complete period with its target, the pace of sums, and what waits.

    Below it says why KPIs are not certified.
    """
    cards = rows(con, SCORECARD)
    console.print(terminal.table(HEADERS, list(_lines(cards)), right=NUMBERS, whole=("Period", "Status")))
    terminal.print_reasons(console, [(card["kpi"], goal(card, card, "en")) for card in cards if card["pace"]])
    terminal.print_reasons(console, [(card["kpi"], card["reasons_en"]) for card in cards])
    print_waiting(con, console)


def _lines(cards: list[Row]) -> Iterator[tuple]:
    """A line for every KPI, under the name of its department."""
    for department, of_it in groupby(cards, key=itemgetter("department")):
        yield (terminal.heading(department),)
        for card in of_it:
            unit, number, bound = card["unit"], *gap_of(card)
            yield (
                card["label_en"] or card["kpi"],
                wording.period(card["period_start"], card["grain"]),
                numbers.value(number, unit, card["currency"]),
                target_of(card, card, "en"),
                numbers.change(number, bound, unit),
                numbers.change(number, card["previous_value"], unit),
                terminal.status(card["status"] or card["status_reason"]),
                terminal.mark(card["certified"]),
            )
