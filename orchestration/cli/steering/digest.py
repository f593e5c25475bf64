"""`kpi digest`: the weekly digest of a department or the company, to read or to send."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from orchestration.cli.company_calendar import calendar_of
from orchestration.cli.options import CompanyOption, check_choice
from orchestration.errors import UsageError

if TYPE_CHECKING:
    from metrics.alerting import Alerting, Digest
    from orchestration.company import Company

LANGUAGES = ("en", "es")
COMPANY = "company"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("digest")(digest)


def digest(
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", help="With --send: a channel of alerts.yml.")] = "",
    department: Annotated[str, typer.Option(help="Of which department; company: of the company's scorecard.")] = "",
    lang: Annotated[str, typer.Option(metavar="en|es", help="Language. Default: en, or the channel's.")] = "",
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="FILE", help="Write the mail as HTML. Default: plain text on the terminal."),
    ] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Send it; without a CHANNEL, all that alerts.yml lists.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="With --send: though it was sent this week.")] = False,
    company: CompanyOption = None,
) -> None:
    """Write or send the weekly digest of a department or the company.

    Exit 0: all were sent, now or before in this week. 1: a service did not take one. 2: it was asked for wrongly, a
    channel has no URL, or a department no KPI; what can be sent is.

    Examples: kpi digest --department sales --lang es --out digest.html

    kpi digest --send

    kpi digest --department sales --send leadership
    """
    check_choice("--lang", lang, LANGUAGES)
    if not send and (channel or again):
        given = f"CHANNEL {channel}" if channel else "--again"
        raise UsageError(f"{given} needs --send: without it nothing is sent")
    if send and out:
        raise UsageError(f"--out {out}: writes a file and --send sends a mail; use one of them")
    calendar_of(company)
    if send:
        raise typer.Exit(_send(company, channel, department, lang, again))
    _write(company, department or COMPANY, lang or "en", out)


def _write(folder: Path | None, department: str, lang: Any, out: Path | None) -> None:
    from orchestration.company import load_company
    from orchestration.digests.declared import read_alerting
    from orchestration.digests.writer import open_writer

    company = load_company(folder)
    with open_writer(company, read_alerting(company).dashboard) as writer:
        check_choice("--department", department, writer.departments)
        letter = writer.write(department, lang)
    if out is None:
        print(f"{letter.subject}\n\n{letter.text}", end="")
        return
    try:
        out.write_text(letter.html, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--out {out}: cannot be written: {error.strerror}") from None
    print(out)


def _send(folder: Path | None, channel: str, department: str, lang: Any, again: bool) -> int:
    """Send, say what became of each, and return the exit code."""
    from orchestration.company import load_company
    from orchestration.digests.send import send_digests

    company = load_company(folder)
    outcomes = send_digests(company, _asked_for(company, channel, department, lang), again=again)
    for outcome in outcomes:
        typer.echo(str(outcome))
    states = {outcome.state for outcome in outcomes}
    return 1 if states & {"failed", "in_doubt"} else 2 if states & {"no_url", "no_kpis"} else 0


def _asked_for(company: Company, channel: str, department: str, lang: Any) -> Sequence[Digest]:
    from metrics.alerting import Digest
    from metrics.wording.vocabulary import DEPARTMENTS
    from orchestration.digests.declared import chosen, read_alerting

    alerting = read_alerting(company)
    check_choice("CHANNEL", channel, alerting.channels)
    check_choice("--department", department, [name for name in DEPARTMENTS["en"] if name])
    if channel:
        return [Digest(department=department or COMPANY, channel=channel, language=lang or None)]
    return chosen(alerting, department, lang) or _none(company, alerting)


def _none(company: Company, alerting: Alerting) -> Sequence[Digest]:
    listed = [f"{one.department} ({alerting.language(one)})" for one in alerting.digests]
    allowed = f"it has {', '.join(listed)}" if listed else "it lists none"
    raise UsageError(f"{company.alerts}: digests: {allowed}; add one there, or name a CHANNEL")
