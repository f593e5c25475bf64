"""`kpi show NAME`: everything that is known about one KPI, to be read by a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from metrics.calendar import GRAINS
from metrics.wording import numbers
from orchestration.cli import terminal
from orchestration.cli.mart_reader import kpi, open_mart
from orchestration.cli.options import CompanyOption, LanguageOption, NameArgument, check_choice
from orchestration.cli.reading.certificates import certificate
from orchestration.cli.reading.outlook import outlook
from orchestration.cli.reading.show_signals import movement
from orchestration.cli.reading.show_words import WORDS
from orchestration.cli.reading.standing import standing
from orchestration.cli.steering.actions import plans_of
from orchestration.errors import UsageError
from orchestration.querying.rows import Row, rows
from orchestration.reports import wording
from orchestration.reports.target_words import target_words

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
    page = _Page(definition, contract, objectives, lang)
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


class _Page:
    """What is said about one KPI, line by line: (what, words)."""

    def __init__(self, row: Row, contract: Contract | None, objectives: dict[str, Objective], lang: str) -> None:
        self.row = row
        self.contract = contract
        self.objectives = objectives
        self.lang = lang

    def title(self) -> str:
        return f"{self._text('label') or self.row['kpi']} · {self.row['kpi']}"

    def facts(self) -> Iterator[tuple[str, str | None]]:
        row = self.row
        yield "question", self._text("question")
        yield "description", self._text("description")
        yield "formula", row["formula"]
        yield "unit", _joined(row["unit"], row["currency"], row["direction"])
        for target in self._targets():
            yield "target", target
        yield "objective", self._objective()
        company = WORDS[self.lang]["company"] if row["company_level"] else None
        yield "role", _joined(company, row["tier"], row["perspective"], row["timing"])
        yield "owner", " ".join(filter(None, (row["owner_team"], row["owner_email"] and f"<{row['owner_email']}>")))
        yield "review", row["review"]
        yield "grains", row["grains"]
        yield "slices", row["slices"]
        yield "data", self._data()
        yield "parents", row["parents"]
        yield "lineage", " → ".join(filter(None, (row["sources"], row["models"], row["states"])))
        yield "playbook", self._text("playbook")

    def history(self, since: list[Row]) -> Iterator[tuple[str, str | None]]:
        row, words = self.row, WORDS[self.lang]
        started = f"{words['since']} {since[0]['valid_from']:%Y-%m-%d}" if since else None
        yield "definition", _joined(f"{words['version']} {row['version']}", row["definition_hash"], started)
        yield "lifecycle", _joined(row["lifecycle"], row["successor"] and f"{words['successor']}: {row['successor']}")

    def _text(self, name: str) -> str | None:
        return self.row[f"{name}_{self.lang}"]

    def _objective(self) -> str | None:
        name = self.row["objective"]
        found = self.objectives.get(name)
        return f"{name} ({getattr(found.label, self.lang)})" if found else name

    def _data(self) -> str:
        row, words = self.row, WORDS[self.lang]
        return _joined(
            self._text("needs"),
            row["freshness"] and f"{words['freshness']} {row['freshness']}",
            row["min_sample"] and f"{words['min_sample']} {row['min_sample']}",
            row["coverage_of"]
            and f"{words['coverage']} {row['coverage_at_least']:.0%} {words['of']} {row['coverage_of']}",
            row["min_persons"] and f"{words['min_persons']} {row['min_persons']}",
            row["matures_after"] not in (None, "0d") and f"{words['matures_after']} {row['matures_after']}",
        )

    def _coverage(self) -> str | None:
        row, words = self.row, WORDS[self.lang]
        least = row["coverage_at_least"]
        return f"{words['coverage']} {least:.0%} {words['of']} {row['coverage_of']}" if least else None

    def _targets(self) -> Iterator[str]:
        targets = getattr(self.contract.body, "targets", ()) if self.contract else ()
        for target in targets:
            yield target_words(target, self.row["unit"], self.row["currency"], self.lang)


def _joined(*parts: str | bool | None) -> str:
    return ", ".join(str(part) for part in parts if part)


def _print_values(console: Console, latest: Sequence[Row], definition: Row, lang: numbers.Language) -> None:
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


def _line(grain: str, series: Sequence[Row], definition: Row, lang: numbers.Language) -> tuple[str, ...]:
    last, unit = series[-1], definition["unit"]
    return (
        grain,
        wording.period(last["period_start"], grain),
        numbers.value(last["value"], unit, definition["currency"], lang),
        numbers.change(last["value"], last["previous_value"], unit, lang),
        numbers.change(last["value"], last["year_ago_value"], unit, lang),
        numbers.value(last["sample_size"], "count", None, lang),
        wording.sparkline([row["value"] for row in series]),
    )
