"""`kpi alerts`: what is open and who was told, and a test of a channel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.alerts.words import WORDS
from orchestration.cli import terminal
from orchestration.cli.company_calendar import calendar_of
from orchestration.cli.for_programs import FORMATS, print_rows
from orchestration.cli.mart_reader import open_mart
from orchestration.cli.options import CompanyOption, LanguageOption, check_choice
from orchestration.querying.rows import Row, rows

if TYPE_CHECKING:
    from orchestration.alerts.channels import Channels
    from orchestration.company import Company

HEADERS = {
    "en": ("KPI, rule", "Severity", "Open", "What", "Told"),
    "es": ("KPI, regla", "Gravedad", "Abierta", "Qué", "Avisado"),
}
NOTHING = {"en": "no alert is open", "es": "no hay ninguna alerta abierta"}
MISSING = {"en": "not configured", "es": "sin configurar"}
COLUMNS = (
    "id", "kpi", "department", "rule", "condition", "severity", "grain", "period_start", "opened_at", "seen_at",
    "resolved_at", "value", "target", "words", "driver", "delivered_to", "delivered_at", "delivery_error",
)  # fmt: skip
ALERTS = """
    select
        *, words_{lang} as words, driver_{lang} as driver,
        timezone($zone, timezone('UTC', opened_at))::date as opened_on,
        timezone($zone, timezone('UTC', resolved_at))::date as resolved_on
    from kpi_alerts
    where ($all or resolved_at is null) and $department in ('', department)
    order by
        department, resolved_at is not null, list_position(['critical', 'warning', 'info'], severity), opened_at, kpi
"""

app = typer.Typer(
    help="List alerts, and test the channels that they go to.", no_args_is_help=True, rich_markup_mode=None
)


def register(main: typer.Typer) -> None:
    """Add the commands to the application."""
    main.add_typer(app, name="alerts")


@app.command("list")
def list_alerts(
    department: Annotated[str, typer.Option(help="Only those of one department.")] = "",
    all_of_them: Annotated[bool, typer.Option("--all", help="Resolved ones too.")] = False,
    lang: LanguageOption = "en",
    output: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    company: CompanyOption = None,
) -> None:
    """List the open alerts of the published mart, whom each was told to, and the channels that are not configured.

    Example: kpi alerts list --department support --lang es
    """
    from orchestration.company import load_company

    check_choice("--lang", lang, HEADERS)
    zone = calendar_of(company).time_zone
    check_choice("--format", output, FORMATS)
    with open_mart(company) as con:
        known = [row["department"] for row in rows(con, "select distinct department from kpi_catalog order by 1")]
        check_choice("--department", department, known)
        found = rows(con, ALERTS.format(lang=lang), {"all": all_of_them, "department": department, "zone": zone})
    if output != "table":
        print_rows(output, COLUMNS, found)
        return
    _print_table(found, lang)
    if missing := _channels(load_company(company)).missing:
        listed = ", ".join(f"{channel} ({variable})" for channel, variable in missing.items())
        terminal.console().print(f"{MISSING[lang]}: {listed}", style="dim")


@app.command("test")
def try_channel(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="A channel of alerts.yml.")],
    company: CompanyOption = None,
) -> None:
    """Send a test message to every URL of a channel, and print whether it was taken.

    Exit 0: all took it. 1: one did not. 2: there is no such channel, or its variable is not set.

    Example: KPI_ALERT_URL_SUPPORT=json://127.0.0.1:8080/ kpi alerts test support
    """
    from orchestration.alerts.courier import try_out
    from orchestration.company import load_company
    from orchestration.errors import UsageError

    channels = _channels(load_company(company))
    check_choice("CHANNEL", channel, [*dict.fromkeys(e.channel for e in channels.endpoints), *channels.missing])
    if variable := channels.missing.get(channel):
        raise UsageError(f"{channel}: the environment has no {variable}; set it to one or more URLs of apprise")
    results = {e.name: try_out(e) for e in channels.endpoints if e.channel == channel}
    for name, error in results.items():
        typer.echo(f"{name}: {error or 'took the message'}")
    raise typer.Exit(1 if any(results.values()) else 0)


def _channels(company: Company) -> Channels:
    import os

    from metrics.alerting import load_alerting
    from metrics.problems import DefinitionError
    from orchestration.alerts.channels import read_channels
    from orchestration.errors import UsageError

    try:
        return read_channels(load_alerting(company.alerts), os.environ)
    except DefinitionError as error:
        raise UsageError(str(error)) from None


def _print_table(found: Sequence[Row], lang: str) -> None:
    console = terminal.console()
    for department, alerts in groupby(found, key=lambda row: row["department"]):
        console.print(department, style="bold")
        made = terminal.table(HEADERS[lang], [_cells(row, lang) for row in alerts])
        for column, width in zip(made.columns, (28, 8, 10, None, 10), strict=True):
            column.width, column.ratio = width, None if width else 1
        made.expand = True
        console.print(made)
    if not found:
        console.print(NOTHING[lang])


def _cells(row: Row, lang: str) -> tuple[str, ...]:
    """An alert as a line: an open one has the day on which it opened, a resolved one its last day too."""
    days = [str(row[day]) for day in ("opened_on", "resolved_on") if row[day]]
    what = "\n".join(filter(None, (row["words"], row["driver"], row["delivery_error"])))
    return (
        f"{row['kpi']}\n{row['rule']}",
        WORDS[lang][row["severity"]],
        "\n".join(days),
        what,
        row["delivered_to"] or "–",
    )
