"""`kpi show NAME`: everything that is known about one KPI, to be read by a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from metrics.calendar import GRAINS
from metrics.wording import numbers
from metrics.wording.numbers import Language
from orchestration.cli import terminal
from orchestration.cli.mart_reader import kpi, open_mart
from orchestration.cli.options import CompanyOption, LanguageOption, NameArgument, check_choice
from orchestration.cli.reading.certificates import certificate
from orchestration.cli.reading.outlook import outlook
from orchestration.cli.reading.show_page import Page, grain_word
from orchestration.cli.reading.show_signals import movement
from orchestration.cli.reading.show_words import WORDS
from orchestration.cli.reading.standing import standing
from orchestration.cli.steering.actions import plans_of
from orchestration.errors import UsageError
from orchestration.querying.rows import Row, rows
from orchestration.reports import wording

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection
    from rich.console import Console

    from metrics.contracts import Contract, Objective

SHOWN_PERIODS = 12
LATEST = f"""
    select grain, period_start, value, previous_value, year_ago_value, sample_size
    from kpi_values
    where kpi = ? and slice = '' and is_complete
    qualify row_number() over (partition by grain order by period_start desc) <= {SHOWN_PERIODS}
    order by list_position({list(GRAINS)}, grain), period_start
"""
SINCE = """
    select valid_from from kpi_definitions
    where kpi = ? and version = ? and hash = ? and valid_to is null
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("show")(show_kpi)


def show_kpi(
    name: NameArgument,
    lang: LanguageOption = "en",
    sql: Annotated[bool, typer.Option("--sql", help="Also print the formula as SQL over its facts.")] = False,
    company: CompanyOption = None,
) -> None:
    """Show everything about one KPI: what it promises, how it is computed, and where it stands.

    Example: kpi show first_contact_resolution --lang es --sql
    """
    check_choice("--lang", lang, WORDS)
    contract, objectives = _promised(name, company)
    with open_mart(company) as con:
        definition = _definition(con, name, contract)
        latest = rows(con, LATEST, [name])
        since = rows(con, SINCE, [name, definition["version"], definition["definition_hash"]])
        proof = certificate(con, name, lang)
        kept = list(standing(con, definition, lang))
        ahead = outlook(con, definition, lang)
        moves = list(movement(con, definition, lang))
        plans = list(plans_of(con, name, lang))
    page = Page(definition, contract, objectives, lang)
    console = terminal.console()
    console.print(page.title(), style="bold")
    said = [*page.facts(), *page.history(since), ("certificate", proof), *kept, ("outlook", ahead), *moves, *plans]
    console.print(terminal.facts((WORDS[lang][what], words) for what, words in said))
    if sql and definition["formula_sql"]:
        console.print(definition["formula_sql"], soft_wrap=True)
    _print_values(console, latest, definition, lang)


def _promised(name: str, folder: Path | None) -> tuple[Contract | None, dict[str, Objective]]:
    """The contract as it is written now, for its targets, and the objectives by id; neither if they cannot be read."""
    from metrics.contracts import load_objectives, read_contracts
    from metrics.problems import DefinitionError
    from orchestration.company import load_company

    company = load_company(folder)
    found = (contract for contract in read_contracts(company.kpis).contracts if contract.name == name)
    try:
        objectives = {objective.id: objective for objective in load_objectives(company.objectives)}
    except DefinitionError:
        objectives = {}
    return next(found, None), objectives


def _definition(con: DuckDBPyConnection, name: str, contract: Contract | None) -> Row:
    """The catalogue's row, None for a column that an older mart lacks; an unpublished contract says that it is one."""
    try:
        return defaultdict(lambda: None, kpi(con, name))
    except UsageError:
        if contract is None:
            raise
        where = f"{contract.file}:{contract.lines[contract.path]}"
        raise UsageError(f"{name}: is written in {where} and not published yet; run `kpi run`") from None


def _print_values(console: Console, latest: Sequence[Row], definition: Row, lang: Language) -> None:
    words = WORDS[lang]
    if not latest:
        console.print(words["no_values"], style="dim")
        return
    headers = [words[name] for name in ("grain", "period", "value", "change", "year_ago", "sample", "course")]
    by_grain: dict[str, list[Row]] = {}
    for row in latest:
        by_grain.setdefault(row["grain"], []).append(row)
    lines = [_line(grain, series, definition, lang) for grain, series in by_grain.items()]
    console.print(terminal.table(headers, lines, right=headers[2:6]))


def _line(grain: str, series: Sequence[Row], definition: Row, lang: Language) -> tuple[str, ...]:
    last, unit = series[-1], definition["unit"]
    return (
        grain_word(grain, lang),
        wording.period(last["period_start"], grain, lang),
        numbers.value(last["value"], unit, definition["currency"], lang),
        numbers.change(last["value"], last["previous_value"], unit, lang),
        numbers.change(last["value"], last["year_ago_value"], unit, lang),
        numbers.value(last["sample_size"], "count", None, lang),
        wording.sparkline([row["value"] for row in series]),
    )
