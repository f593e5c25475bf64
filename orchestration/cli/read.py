"""Commands that read the published mart: list, show, query, status."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli import query, show
from orchestration.cli.mart_reader import kpi, open_mart, rows
from orchestration.cli.options import CompanyOption


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("list")(list_kpis)
    app.command("show")(show_kpi)
    app.command("query")(query_kpi)
    app.command("status")(print_status)


def list_kpis(company: CompanyOption = None) -> None:
    """List the KPIs and tracked metrics of the published mart.

    Example: kpi list
    """
    with open_mart(company) as con:
        found = rows(con, "select * from kpi_catalog order by department, kpi")
    headers = ("KPI", "Department", "Kind", "Unit", "Review", "What it answers")
    lines = [
        (row["kpi"], row["department"], row["kind"], row["unit"], row["review"], row["question_en"] or row["label_en"])
        for row in found
    ]
    show.console().print(show.table(headers, [[cell or "–" for cell in line] for line in lines]))


def show_kpi(name: str, company: CompanyOption = None) -> None:
    """Show everything that is known about one KPI: its definition and where it stands.

    Example: kpi show total_revenue
    """
    with open_mart(company) as con:
        definition = kpi(con, name)
        card = rows(con, "select * from kpi_scorecard where kpi = ?", [name])
    console = show.console()
    facts = {key: value for key, value in definition.items() if value not in (None, "", [])}
    facts |= {
        f"scorecard.{key}": value for row in card for key, value in row.items() if value is not None and key != "kpi"
    }
    console.print(show.table(("Field", "Value"), [(key, str(value)) for key, value in facts.items()]))


def query_kpi(
    name: str,
    grain: Annotated[str, typer.Option(help="day, week, month, quarter or year. Default: its review grain.")] = "",
    by: Annotated[str, typer.Option(metavar="SLICE", help="Break the value down by one of its slices.")] = "",
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="First day, such as 2026-01-01.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day.")] = "",
    output: Annotated[str, typer.Option("--format", help="table, csv, json or parquet.")] = "table",
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead of its result.")] = False,
    company: CompanyOption = None,
) -> None:
    """Print a KPI's values from the published mart.

    Example: kpi query total_revenue --grain month --by channel --from 2026-01-01 --format csv
    """
    question = query.Question(name, grain, by, first, last)
    with open_mart(company) as con:
        query.answer(con, question, output, sql)


def print_status(company: CompanyOption = None) -> None:
    """Print the scorecard of the published mart, and why a KPI has no value or no certificate.

    Example: kpi status
    """
    from orchestration.cli.scorecard import print_scorecard

    console = show.console()
    with open_mart(company) as con:
        print_scorecard(con, console)
        for run in rows(con, "select * from kpi_runs where status = 'published' order by started_at desc limit 1"):
            console.print(f"as of {run['as_of']:%Y-%m-%d %H:%M} UTC, run {run['run_id'][:8]}")
