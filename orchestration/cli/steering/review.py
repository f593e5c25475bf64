"""`kpi review`: the agenda of a review, to be run from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from orchestration.cli.company_calendar import calendar_of
from orchestration.cli.mart_reader import last_run, open_mart
from orchestration.cli.options import CompanyOption, LanguageOption, check_choice
from orchestration.errors import UsageError

if TYPE_CHECKING:
    from orchestration.reviews.agenda import Scope

CADENCES = ("daily", "weekly", "monthly", "quarterly")
FORMATS = ("markdown", "html")


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("review")(write_review)


def write_review(
    cadence: Annotated[str, typer.Option(metavar="|".join(CADENCES), help="Which KPIs: those reviewed that often.")],
    department: Annotated[
        str, typer.Option(help="Only those of one department; company: those on the company's scorecard.")
    ] = "",
    lang: LanguageOption = "en",
    output: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help="What it is written as.")] = "",
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(metavar="FILE", help="Where to write it; .html and .md tell the format. Default: the terminal."),
    ] = None,
    company: CompanyOption = None,
) -> None:
    """Write the agenda of a review: what changed, why, what was promised, what is due, what to decide.

    Examples: kpi review --cadence weekly --department support

    kpi review --cadence monthly --department company --lang es --out review.html
    """
    check_choice("--cadence", cadence, CADENCES)
    check_choice("--lang", lang, ("en", "es"))
    check_choice("--format", output, FORMATS)
    text = _written(cadence, department, lang, output or _format_of(out), company)
    if out is None:
        print(text, end="")
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--out {out}: cannot be written: {error.strerror}") from None
    print(out)


def _written(cadence: Any, department: str, lang: Any, output: Any, company: Path | None) -> str:
    from orchestration.reviews.compose import compose
    from orchestration.reviews.render import render

    with open_mart(company) as con:
        run = last_run(con)
        agenda = compose(con, _scope(cadence, department, lang, run["as_of"], company), run["run_id"])
    return render(agenda, output)


def _scope(cadence: Any, department: str, lang: Any, as_of: Any, company: Path | None) -> Scope:
    from metrics.steering.clock import local
    from orchestration.reviews.agenda import Scope

    return Scope(cadence, department, lang, as_of, local(as_of, calendar_of(company).time_zone))


def _format_of(out: Path | None) -> str:
    return "html" if out is not None and out.suffix.lower() in (".html", ".htm") else "markdown"
