"""`kpi explain NAME`: why a KPI changed, in a sentence and by what each segment contributed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from metrics.calendar import GRAINS
from metrics.wording import numbers
from orchestration.cli import terminal
from orchestration.cli.company_calendar import calendar_of
from orchestration.cli.mart_reader import kpi, open_mart
from orchestration.cli.options import CompanyOption, LanguageOption, NameArgument, check_choice
from orchestration.cli.reading.explain_words import WORDS
from orchestration.errors import UsageError
from orchestration.querying.periods import first_day
from orchestration.querying.rows import Row, rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.console import RenderableType

COMPARISONS = ("previous", "year_ago")
FORMATS = ("table", "json")
EXPLAINED = "select * from kpi_explanations where kpi = ? and grain = ? and period_start = ? and compare = ?"
PERIODS = f"""
    select grain, min(period_start) as first, max(period_start) as last
    from kpi_explanations where kpi = ? and compare = ?
    group by grain
    order by list_position({list(GRAINS)}, grain)
"""
DRIVERS = """
    select slice, slice_value, value_before, value, contribution, mix_effect, rate_effect, is_named
    from kpi_drivers
    where kpi = ? and grain = ? and period_start = ? and compare = ?
    order by max(is_named) over (partition by slice) desc, slice, rank nulls last
"""
SCORED = "select grain, period_start from kpi_scorecard where kpi = ? and period_start is not null"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("explain")(explain_kpi)


def explain_kpi(
    name: NameArgument,
    period: Annotated[
        str,
        typer.Option(metavar="PERIOD", help="2026-W29, 2026-07, 2026-Q3, 2026 or a day. Default: the scorecard's."),
    ] = "",
    compare: Annotated[
        str,
        typer.Option(metavar="previous|year_ago", help="The period before, or the same one of the year before."),
    ] = "previous",
    lang: LanguageOption = "en",
    output: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
    company: CompanyOption = None,
) -> None:
    """Explain why a KPI changed: what each segment contributed, by its share (mix) and by its own value (rate).

    Examples: kpi explain conversion_rate --period 2026-W29, kpi explain campaign_roi --compare year_ago --lang es
    """
    check_choice("--compare", compare, COMPARISONS)
    check_choice("--lang", lang, WORDS)
    check_choice("--format", output, FORMATS)
    with open_mart(company) as con:
        definition = kpi(con, name)
        explained = _explained(con, definition, period, compare, company)
        key = [name, explained["grain"], explained["period_start"], compare]
        drivers = rows(con, DRIVERS, key)
    if output == "table":
        _print_tables(definition, explained, drivers, lang)
    else:
        _print_json(definition, explained, drivers)


def _explained(con: DuckDBPyConnection, definition: Row, period: str, compare: str, folder: Path | None) -> Row:
    """Return the explanation that is asked for; raises UsageError where there is none, with what there is."""
    name = definition["kpi"]
    held = rows(con, PERIODS, [name, compare])
    if not held:
        raise UsageError(f"{name}: nothing of it is explained against {compare}; {_reason(definition)}")
    asked = _named(period, definition["review_grain"], folder) if period else _scored(con, name)
    for found in rows(con, EXPLAINED, [name, *asked, compare]):
        return found
    spans = ", ".join(f"{span['grain']}s from {span['first']} to {span['last']}" for span in held)
    which = f"--period {period}" if period else "the scorecard's period"
    raise UsageError(f"{which}: is not explained against {compare}; of {name} there are {spans}")


def _reason(definition: Row) -> str:
    if definition["kind"] != "kpi":
        return "it is a tracked metric, and only KPIs are explained"
    if definition["lifecycle"] != "active":
        return f"it is {definition['lifecycle']}, and only active KPIs are explained"
    return "no complete period of it has one to be compared with"


def _scored(con: DuckDBPyConnection, name: str) -> tuple[Any, ...]:
    found = rows(con, SCORED, [name])
    return tuple(found[0].values()) if found else ("", None)


def _named(text: str, review_grain: str, folder: Path | None) -> tuple[Any, ...]:
    """Return grain and first day; a day of a KPI that is reviewed less often names the period that it is in."""
    from metrics.periods import grain_of, named_period, period_of

    first_day("--period", text)
    calendar = calendar_of(folder)
    found = named_period(text, calendar)
    if grain_of(text) == "day" and review_grain != "day":
        found = period_of(found.start, review_grain, calendar)
    return found.grain, found.start


def _print_tables(definition: Row, explained: Row, drivers: Sequence[Row], lang: numbers.Language) -> None:
    console = terminal.console()
    words = WORDS[lang]
    console.print(explained[f"sentence_{lang}"])

    for name, segments in groupby(drivers, key=lambda row: row["slice"]):
        console.print(_table(name, list(segments), definition, explained["change"], lang))
    console.print(words["legend"] if drivers else words["no_slices"], style="dim")


def _table(name: str, segments: list[Row], definition: Row, change: float, lang: numbers.Language) -> RenderableType:
    words, unit, currency = WORDS[lang], definition["unit"], definition["currency"]
    effects = [
        column
        for column in ("contribution", "mix_effect", "rate_effect")
        if any(row[column] is not None for row in segments)
    ]
    lines = [
        [
            "●" if row["is_named"] else "",
            row["slice_value"],
            numbers.value(row["value_before"], unit, currency, lang),
            numbers.value(row["value"], unit, currency, lang),
            *(
                numbers.NOTHING if row[effect] is None else numbers.difference(row[effect], unit, currency, lang)
                for effect in effects
            ),
            numbers.value(row["contribution"] / change if change else None, "percent", None, lang),
        ]
        for row in segments
    ]
    headers = ["", name, *(words[column] for column in ("value_before", "value", *effects, "share"))]
    return terminal.table(headers, lines, right=headers[2:])


def _print_json(definition: Row, explained: Row, drivers: Sequence[Row]) -> None:
    import json

    found = {**explained, "unit": definition["unit"], "drivers": drivers}
    print(json.dumps(found, indent=1, ensure_ascii=False, default=str))
