"""`kpi publish`: the published mart, copied to where BI tools read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from orchestration.cli import terminal
from orchestration.cli.options import CompanyOption, check_choice
from orchestration.postgres.target import READER, READER_VARIABLE, SCHEMA, SCHEMA_VARIABLE, Target
from orchestration.progress import PROGRESS

DESTINATIONS = ("postgres",)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("publish")(publish_mart)


def publish_mart(
    to: Annotated[str, typer.Option("--to", metavar="postgres", help="Where to; KPI_POSTGRES_URL says which.")],
    schema: Annotated[
        str, typer.Option(envvar=SCHEMA_VARIABLE, help="Schema for this mart and nothing else.")
    ] = SCHEMA,
    reader: Annotated[
        str, typer.Option(envvar=READER_VARIABLE, help="Role that may read it; created if there is none.")
    ] = READER,
    force: Annotated[bool, typer.Option("--force", help="Replace a mart that is as of a later time.")] = False,
    company: CompanyOption = None,
) -> None:
    """Copy the published mart into PostgreSQL: every table and view, with comments, keys and a role that may read.

    All of it appears at once. Readers never wait, and a publication that is killed leaves what was there.
    KPI_POSTGRES_URL holds postgresql://user:password@host:5432/database, with the password or without it (PGPASSWORD).

    Exit 0: the mart is in PostgreSQL. 1: it is not, and what was there still is. 2: a wrong option or setting.

    Example: kpi publish --to postgres --schema kpi_mart
    """
    from orchestration.company import load_company
    from orchestration.postgres.publish import publish

    check_choice("--to", to, DESTINATIONS)
    with _progress() as on_rows:
        copied = publish(load_company(company), Target(schema, reader, force), on_rows)
    terminal.console().print(f"published to {to}, schema {schema}: {copied}", soft_wrap=True)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show how many rows are copied, on a terminal; yields what is told of them."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = terminal.console()
    columns = [BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}")]
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task("rows", total=None)
    PROGRESS.on_message = [console.print]
    try:
        with bar:
            yield lambda rows, total: bar.update(task, advance=rows, total=total)
    finally:
        PROGRESS.on_message = []
