"""The scorecard on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics.steering import numbers
from orchestration.cli import terminal
from orchestration.cli.actions import print_waiting
from orchestration.cli.mart_reader import Row, rows
from orchestration.reports import wording

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.console import Console

SCORECARD = """
    select scorecard.*, catalog.label_en, catalog.unit, catalog.currency, catalog.department
    from kpi_scorecard as scorecard inner join kpi_catalog as catalog using (kpi)
    order by catalog.department, scorecard.kpi
"""
HEADERS = ("Department", "KPI", "Period", "Value", "Change", "Year ago", "Status", "✓")


def print_scorecard(con: DuckDBPyConnection, console: Console) -> None:
    """Print every KPI's latest complete period and whether it is certified, why the others are not, and what waits."""
    cards = rows(con, SCORECARD)
    console.print(terminal.table(HEADERS, _lines(cards), right=("Value", "Change", "Year ago")))
    terminal.print_reasons(console, [(card["kpi"], card["reasons_en"]) for card in cards])
    print_waiting(con, console)


def _lines(cards: list[Row]) -> list[tuple]:
    lines = []
    for before, card in zip([{"department": None}, *cards], cards, strict=False):
        unit = card["unit"]
        lines.append(
            (
                card["department"] if card["department"] != before["department"] else "",
                card["label_en"] or card["kpi"],
                wording.period(card["period_start"], card["grain"]),
                numbers.value(card["value"], unit, card["currency"]),
                numbers.change(card["value"], card["previous_value"], unit),
                numbers.change(card["value"], card["year_ago_value"], unit),
                terminal.status(card["status"]),
                terminal.mark(card["certified"]),
            )
        )
    return lines
