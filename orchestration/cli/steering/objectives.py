"""`kpi objectives`: how far objectives and their key results have got, and what their owners say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from metrics.wording import numbers
from orchestration.cli import terminal
from orchestration.cli.for_programs import FORMATS, print_rows
from orchestration.cli.mart_reader import open_mart
from orchestration.cli.options import CompanyOption, LanguageOption, check_choice
from orchestration.cli.steering.progress_bars import KEY_RESULTS, OBJECTIVES, print_progress
from orchestration.querying.rows import Row, rows

if TYPE_CHECKING:
    from rich.console import Console

    from metrics.wording.numbers import Language

CHECK_INS = "select * from key_result_checkins order by checked_in_on, key_result"
CURRENCIES = "select kpi, currency from kpi_catalog"
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "none": "no objective is defined; write one in metrics/objectives/*.yml",
        "description": "Meaning",
        "owner": "Owner",
        "period": "Period",
        "stands": "Stands at",
        "measure": "Measured by",
        "reason": "Not told",
        "previous": "Period before",
        "check_in": "Next check-in",
        "overdue": "overdue",
        "way": "{current}, from {baseline} to {target}",
        "total": "{current} of {target}, baseline {baseline}",
        "share_of_weeks": "{reached} of {counted} weeks reached {at_least}",
        "share_of_slice": "{reached} of {counted} reached {at_least}",
        "said": "Day|Key result|Sure|Progress|What they say",
    },
    "es": {
        "none": "no hay ningún objetivo definido; escribe uno en metrics/objectives/*.yml",
        "description": "Significado",
        "owner": "Responsable",
        "period": "Periodo",
        "stands": "Va por",
        "measure": "Se mide por",
        "reason": "Sin dato",
        "previous": "Periodo anterior",
        "check_in": "Próximo seguimiento",
        "overdue": "pendiente",
        "way": "{current}, de {baseline} a {target}",
        "total": "{current} de {target}, base {baseline}",
        "share_of_weeks": "{reached} de {counted} semanas llegaron a {at_least}",
        "share_of_slice": "{reached} de {counted} llegaron a {at_least}",
        "said": "Día|Resultado clave|Confianza|Progreso|Qué dicen",
    },
}
COLUMNS = (
    "objective", "key_result", "label", "owner", "metric", "measure", "unit", "period_start", "due", "baseline",
    "target", "current", "progress", "expected_progress", "status", "reason", "confidence", "last_checkin",
    "next_checkin", "checkin_overdue",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("objectives")(show_objectives)


def show_objectives(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Only this objective or key result, in full.")] = "",
    lang: LanguageOption = "en",
    output: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    company: CompanyOption = None,
) -> None:
    """Show how far objectives and their key results have got; of one also where it came from and its check-ins.

    Examples: kpi objectives --lang es

    kpi objectives grow_sales
    """
    check_choice("--lang", lang, WORDS)
    check_choice("--format", output, FORMATS)
    with open_mart(company) as con:
        objectives, key_results = rows(con, OBJECTIVES), rows(con, KEY_RESULTS)
        check_ins = rows(con, CHECK_INS)
        currencies = {row["kpi"]: row["currency"] for row in rows(con, CURRENCIES)}
    check_choice("NAME", name, [row["id"] for row in (*objectives, *key_results)])
    chosen = [row for row in key_results if name in ("", row["id"], row["objective"])]
    parents = {row["objective"] for row in chosen}
    page = _Page(
        [row for row in objectives if name in ("", row["id"]) or row["id"] in parents], chosen, check_ins, currencies
    )
    if output == "table":
        _print_table(page, name, lang)
    else:
        print_rows(output, COLUMNS, _columns(page, lang))


class _Page:
    """What is shown: objectives, their key results, everything said of these."""

    def __init__(
        self, objectives: Sequence[Row], key_results: Sequence[Row], check_ins: Sequence[Row], currencies: Row
    ) -> None:
        self.objectives = objectives
        self.key_results = key_results
        shown = {row["id"]: row for row in key_results}
        self.check_ins = [row | {"of": shown[row["key_result"]]} for row in check_ins if row["key_result"] in shown]
        self.currencies = currencies

    def amount(self, row: Row, column: str, lang: Language) -> str:
        number = row[column]
        # a mean of counts is no count
        unit = "score" if row["unit"] == "count" and number is not None and number % 1 else row["unit"]
        return numbers.value(number, unit, self.currencies.get(row["metric"]), lang)


def _print_table(page: _Page, name: str, lang: Language) -> None:
    console = terminal.console()
    if not page.objectives:
        console.print(WORDS[lang]["none"])
        return
    print_progress(console, page.objectives, page.key_results, lang)
    if not name:
        return
    own = [row for row in page.objectives if row["id"] == name]
    for row in (*own, *page.key_results):
        console.print(row[f"label_{lang}"], style="bold")
        said = ((WORDS[lang][what], words) for what, words in _said_of(page, row, lang))
        console.print(terminal.facts(said, indent=2))
    _print_check_ins(console, page, lang)


def _said_of(page: _Page, row: Row, lang: Language) -> Iterator[tuple[str, str | None]]:
    """(what, words) of an objective or key result."""
    yield "description", row.get(f"description_{lang}")
    yield "owner", f"{row['owner_team']} <{row['owner']}>"
    yield "period", f"{row['period_start']} – {row['due']}" if row["period_start"] else None
    yield "measure", f"{row['metric']} ({row['measure']})" if row["metric"] else None
    yield "stands", _way(page, row, lang) if row["current"] is not None else None
    yield "reason", row[f"reason_{lang}"]
    if row.get("previous_progress") is not None:
        yield "previous", numbers.share(row["previous_progress"], lang)
    if row.get("next_checkin"):
        late = f", {WORDS[lang]['overdue']}" if row["checkin_overdue"] else ""
        yield "check_in", f"{row['next_checkin']}{late}"


def _way(page: _Page, row: Row, lang: Language) -> str:
    measure = row["measure"] if row["measure"] in WORDS[lang] else "way"
    told = {column: page.amount(row, column, lang) for column in ("baseline", "target", "current")}
    return WORDS[lang][measure].format(**{**row, **told, "at_least": f"{row.get('at_least') or 0:g}"})


def _print_check_ins(console: Console, page: _Page, lang: Language) -> None:
    lines = [
        (
            str(row["checked_in_on"]),
            row["of"][f"label_{lang}"],
            numbers.share(row["confidence"], lang),
            numbers.share(row["progress"], lang),
            row["comment"],
        )
        for row in page.check_ins
    ]
    if lines:
        console.print(terminal.table(WORDS[lang]["said"].split("|"), lines))


def _columns(page: _Page, lang: Language) -> list[Row]:
    """A row for each objective, its key results after it."""
    listed = [
        row | {"objective": objective["id"], "key_result": row["id"] if row is not objective else None}
        for objective in page.objectives
        for row in (objective, *(row for row in page.key_results if row["objective"] == objective["id"]))
    ]
    return [row | {"label": row[f"label_{lang}"], "reason": row[f"reason_{lang}"]} for row in listed]
