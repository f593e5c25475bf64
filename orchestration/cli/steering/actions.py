"""`kpi actions`: what is done about missed KPIs, and what is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from metrics.wording.vocabulary import ACTIONS
from orchestration.cli import terminal
from orchestration.cli.for_programs import FORMATS, print_rows
from orchestration.cli.mart_reader import open_mart
from orchestration.cli.options import CompanyOption, LanguageOption, check_choice
from orchestration.querying.rows import Row, rows
from orchestration.reviews.due import ORDER

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.console import Console

    from metrics.wording.numbers import Language

STYLES = {"overdue": "red", "asked": "yellow", "reformulate": "yellow", "recovered": "green", "done": "dim"}
ALL = """
    select actions.*, catalog.department, catalog.label_en, catalog.label_es
    from kpi_actions as actions inner join kpi_catalog as catalog using (kpi)
    order by list_position($order::varchar[], actions.status), actions.due, actions.misses desc nulls last, actions.id
"""
COUNTS = "select status, count(*) as number from kpi_actions where status <> 'done' group by all"
OF_KPI = """
    select status, words_en, words_es from kpi_actions
    where kpi = ? and status <> 'done' order by list_position(?::varchar[], status), opened_on desc
"""
WORDS: dict[Language, dict[str, str]] = {
    "en": {"due": "due", "none": "no action plan, and no KPI asks for one"},
    "es": {"due": "vence", "none": "no hay planes de acción y ningún KPI pide uno"},
}
COLUMNS = (
    "id", "kpi", "label", "department", "status", "grain", "period_start", "cause_kind", "cause", "description",
    "owner", "goal", "current", "opened_on", "due", "is_recovered", "misses", "steps", "steps_done", "next_step",
    "next_step_due", "last_checkin", "next_checkin", "checkin_overdue", "last_note", "closed_on", "outcome", "words",
)  # fmt: skip
SHORT = {
    "overdue": "{} overdue",
    "asked": "{} asked for",
    "reformulate": "{} missed at the deadline of their target",
    "recovered": "{} recovered",
    "open": "{} open",
}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("actions")(list_actions)


def list_actions(
    department: Annotated[str, typer.Option(help="Only those of one department.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only plans of which something is late.")] = False,
    lang: LanguageOption = "en",
    output: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    company: CompanyOption = None,
) -> None:
    """List action plans, what is late first, and the KPIs that ask for one.

    A plan is written in metrics/actions/*.yml; docs/action-plans.md says how.

    Examples: kpi actions --department support --lang es

    kpi actions --overdue
    """
    check_choice("--lang", lang, WORDS)
    check_choice("--format", output, FORMATS)
    with open_mart(company) as con:
        found = rows(con, ALL, {"order": list(ORDER)})
        departments = [row["department"] for row in rows(con, "select distinct department from kpi_catalog order by 1")]
    check_choice("--department", department, [name for name in departments if name])
    chosen = [
        row
        for row in found
        if (not department or row["department"] == department) and (not overdue or row["status"] == "overdue")
    ]
    if output == "table":
        _print_table(chosen, lang)
    else:
        told = [row | {"label": row[f"label_{lang}"], "words": row[f"words_{lang}"]} for row in chosen]
        print_rows(output, COLUMNS, told)


def print_waiting(con: DuckDBPyConnection, console: Console) -> None:
    """Print in a line how plans stand and what is asked for; nothing where there is neither."""
    counts = {row["status"]: row["number"] for row in rows(con, COUNTS)}
    said = [words.format(counts[status]) for status, words in SHORT.items() if status in counts]
    if said:
        console.print(f"action plans: {', '.join(said)} (kpi actions)")


def plans_of(con: DuckDBPyConnection, name: str, lang: str) -> Iterator[tuple[str, str]]:
    """What is done about a KPI and asked for, as lines of `kpi show`; closed plans are left out."""
    for row in rows(con, OF_KPI, [name, list(ORDER)]):
        yield "action", f"{ACTIONS['es' if lang == 'es' else 'en'][row['status']]}: {row[f'words_{lang}']}"


def _print_table(found: Sequence[Row], lang: Language) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console, words = terminal.console(), WORDS[lang]
    if not found:
        console.print(words["none"])
    for row in found:
        due = f"{words['due']} {row['due']}" if row["due"] else ""
        parts = (row[f"label_{lang}"] or row["kpi"], due, row["owner"], row["id"])
        mark = Text(ACTIONS[lang].get(row["status"], row["status"]), style=STYLES.get(row["status"], ""))
        console.print(Text(" · ").join([mark, *(Text(part) for part in parts if part)]), style="bold")
        console.print(Padding(Text(row[f"words_{lang}"] or ""), (0, 0, 0, 2)))
