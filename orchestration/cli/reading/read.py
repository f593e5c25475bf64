"""Commands that read the published mart: list, show, query, explain, export, status."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from orchestration.cli.options import CompanyOption, NameArgument
from orchestration.cli.reading import explain, export, list_kpis, query, show_kpi, status
from orchestration.company import load_company
from orchestration.errors import UsageError
from orchestration.querying.known_at import moment
from orchestration.querying.periods import first_day, last_day
from orchestration.querying.published import published_version
from orchestration.querying.question import Question


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    list_kpis.register(app)
    show_kpi.register(app)
    app.command("query")(query_kpi)
    explain.register(app)
    export.register(app)
    status.register(app)


def query_kpi(
    name: NameArgument,
    grain: Annotated[str, typer.Option(help="day, week, month, quarter or year. Default: its review grain.")] = "",
    by: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            metavar="DIMENSION", help="Break the value down by it: a slice or any dimension. May be repeated."
        ),
    ] = None,
    where: Annotated[
        str, typer.Option(metavar="CONDITION", help="SQL over dimensions: \"country = 'ES' and device <> 'mobile'\".")
    ] = "",
    first: Annotated[
        str,
        typer.Option("--from", metavar="PERIOD", help="Periods that begin on this day or later: 2026-01-15, 2026-01."),
    ] = "",
    last: Annotated[str, typer.Option("--to", metavar="PERIOD", help="Periods that begin up to its last day.")] = "",
    known_at: Annotated[
        str,
        typer.Option(
            "--as-known-at",
            metavar="TIMESTAMP",
            help="What a reader of the mart saw then: 2026-06-30T18:00 (UTC) or 2026-06-30T18:00+02:00.",
        ),
    ] = "",
    output: Annotated[str, typer.Option("--format", help="table, csv, json or parquet.")] = "table",
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead of its result.")] = False,
    company: CompanyOption = None,
) -> None:
    """Print a KPI's values: from the published mart where it holds them, else from the facts by MetricFlow.

    Example: kpi query total_revenue --grain month --by channel --by customer__segment --where "country = 'ES'"
    """
    begin = first_day("--from", first) if first else None
    end = last_day("--to", last) if last else None
    if begin and end and end < begin:
        raise UsageError(f"--to {last}: ends before --from {first} begins; give a later one")
    at = moment(known_at) if known_at else None
    question = Question(name, grain, tuple(by or ()), where, begin, end, at)
    query.print_answer(published_version(load_company(company)), question, output, sql)
