"""`kpi status`: which KPIs can be trusted, why not, and by which checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli import terminal
from orchestration.cli.mart_reader import kpi, last_run, open_mart
from orchestration.cli.options import CompanyOption, LanguageOption, check_choice
from orchestration.cli.reading.certificates import certificate
from orchestration.cli.reading.status_words import WORDS
from orchestration.querying.rows import Row, rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.console import Console

ALL = """
    select
        certifications.*,
        catalog.kind = 'kpi' and coalesce(catalog.lifecycle, 'active') = 'active' as is_promised
    from kpi_certifications as certifications inner join kpi_catalog as catalog using (kpi)
    where run_id = ?
    order by is_promised desc, catalog.department, kpi
"""
# A check of the whole mart hurts every KPI.
CHECKS = """
    select
        *,
        passed and len(kpis) = (select count(*) from kpi_certifications where run_id = $run) as goes_without_saying
    from kpi_checks
    where run_id = $run and list_contains(kpis, $kpi)
    order by passed, severity, object <> $kpi, list_position(['kpi', 'gx', 'dbt'], kind), "check"
"""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("status")(print_status)


def print_status(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Show every check that this KPI depends on.")] = "",
    lang: LanguageOption = "en",
    company: CompanyOption = None,
) -> None:
    """Print which KPIs are measurable, up to date, approved and so certified, and why the others are not.

    Example: kpi status conversion_rate --lang es
    """
    check_choice("--lang", lang, WORDS)
    console = terminal.console()
    with open_mart(company) as con:
        run = last_run(con)
        if name:
            _print_kpi(con, console, kpi(con, name), run, lang)
        else:
            _print_all(con, console, run, lang)
        words = WORDS[lang]
        console.print(f"{words['as_of']} {run['as_of']:%Y-%m-%d %H:%M} UTC, {words['run']} {run['run_id'][:8]}")


def _print_all(con: DuckDBPyConnection, console: Console, run: Row, lang: str) -> None:
    words, found = WORDS[lang], rows(con, ALL, [run["run_id"]])
    parts = ("measurable", "up_to_date", "definition_approved", "certified")
    for is_promised, title in ((True, "kpis"), (False, "others")):
        judged = [row for row in found if row["is_promised"] == is_promised]
        if judged:
            lines = [[row["kpi"], *(terminal.mark(row[part]) for part in parts)] for row in judged]
            console.print(terminal.table([words[title], *(words[part] for part in parts)], lines))
            terminal.print_reasons(console, [(row["kpi"], row[f"reasons_{lang}"]) for row in judged])
    certified = sum(row["certified"] for row in found)
    console.print(words["count"].format(certified=certified, all=len(found)))


def _print_kpi(con: DuckDBPyConnection, console: Console, definition: Row, run: Row, lang: str) -> None:
    words, name = WORDS[lang], definition["kpi"]
    console.print(f"{definition[f'label_{lang}'] or name} · {name}", style="bold")
    console.print(certificate(con, name, lang) or words["unknown"])
    checks = rows(con, CHECKS, {"run": run["run_id"], "kpi": name})
    lines = [
        [terminal.mark(row["passed"]), row["check"], words[row["severity"]], row["observed"] or ""]
        for row in checks
        if not row["goes_without_saying"]
    ]
    console.print(terminal.table(["", words["check"], words["severity"], words["observed"]], lines))
    if unsaid := len(checks) - len(lines):
        console.print(words["whole_mart"].format(count=unsaid))
