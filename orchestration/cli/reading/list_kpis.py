"""`kpi list`: the KPIs and tracked metrics of the published mart, whole or filtered."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from metrics.wording.numbers import NOTHING, Language
from metrics.wording.vocabulary import CADENCES, LIFECYCLES, UNITS, said
from orchestration.cli import terminal
from orchestration.cli.for_programs import FORMATS, print_rows
from orchestration.cli.mart_reader import open_mart
from orchestration.cli.options import CompanyOption, LanguageOption, check_choice
from orchestration.querying.rows import Row, rows

if TYPE_CHECKING:
    from rich.console import RenderableType

KINDS = ("kpi", "metric")
LEVELS = ("company", "department")
WORDS = {
    "en": ("KPI", "Label", "Unit", "Review", "Objective", "★ on the company scorecard · – tracked, promises nothing"),
    "es": ("KPI", "Nombre", "Unidad", "Revisión", "Objetivo", "★ en el cuadro de la empresa · – sin compromiso"),
}
COLUMNS = (
    "department",
    "kpi",
    "kind",
    "label",
    "unit",
    "direction",
    "review",
    "owner_team",
    "owner_email",
    "objective",
    "company_level",
    "tier",
    "lifecycle",
    "version",
)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("list")(list_kpis)


def list_kpis(
    department: Annotated[str, typer.Option(help="Only those of one department.")] = "",
    objective: Annotated[str, typer.Option(help="Only those that serve one objective.")] = "",
    kind: Annotated[str, typer.Option(help="kpi or metric (tracked, without a target).")] = "",
    level: Annotated[str, typer.Option(help="company: on its scorecard; department: on a department's.")] = "",
    lifecycle: Annotated[str, typer.Option(help="draft, active or retired.")] = "",
    lang: LanguageOption = "en",
    output: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    company: CompanyOption = None,
) -> None:
    """List the KPIs and tracked metrics of the published mart.

    Example: kpi list --department support --kind kpi --lang es
    """
    check_choice("--lang", lang, WORDS)
    check_choice("--format", output, FORMATS)
    check_choice("--kind", kind, KINDS)
    check_choice("--level", level, LEVELS)
    with open_mart(company) as con:
        found = rows(con, "select * from kpi_catalog order by department, kind, kpi")
    asked = {"department": department, "objective": objective, "lifecycle": lifecycle}
    for column, wanted in asked.items():
        check_choice(f"--{column}", wanted, sorted({row[column] for row in found if row[column]}))
    asked["kind"] = kind
    chosen = [
        row | {"label": row[f"label_{lang}"]}
        for row in found
        if _is_of(row, level) and all(not wanted or row[column] == wanted for column, wanted in asked.items())
    ]
    if output == "table":
        _print_table(chosen, lang)
    else:
        print_rows(output, COLUMNS, chosen)


def _is_of(row: Row, level: str) -> bool:
    """Whether a row is on the scorecard of a level; the company's own KPIs are on the company's only."""
    if not level:
        return True
    return bool(row["company_level"]) if level == "company" else row["kind"] == "kpi" and row["department"] != "company"


def _print_table(found: Sequence[Row], lang: Language) -> None:
    console = terminal.console()
    *headers, legend = WORDS[lang]
    for (department, team, email), group in groupby(sorted(found, key=_group), key=_group):
        address = f" <{email}>" if email else ""
        console.print(f"{department} · {team}{address}", style="bold")
        console.print(_table(headers, list(group), lang))
    console.print(legend if found else NOTHING, style="dim")


def _group(row: Row) -> tuple[str, str, str]:
    return row["department"], row["owner_team"] or NOTHING, row["owner_email"] or ""


def _table(headers: Sequence[str], found: Sequence[Row], lang: Language) -> RenderableType:
    lines = [
        (
            f"{'★ ' if row['company_level'] else '  '}{row['kpi']}",
            _label(row, lang),
            said(UNITS, row["unit"], lang) or NOTHING,
            said(CADENCES, row["review"], lang) or NOTHING,
            row["objective"] or NOTHING,
        )
        for row in found
    ]
    widths = (28, None, 10, 10, 17)
    made = terminal.table(headers, lines)
    for column, width in zip(made.columns, widths, strict=True):
        column.width, column.ratio, column.overflow = width, None if width else 1, "fold"
    made.expand, made.padding = True, (0, 1, 0, 0)
    return made


def _label(row: Row, lang: Language) -> str:
    """The label, and what it has become if it is not in force."""
    state = "" if row["lifecycle"] in (None, "active") else f" ({said(LIFECYCLES, row['lifecycle'], lang)})"
    return f"{row['label'] or NOTHING}{state}"
