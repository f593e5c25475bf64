"""`kpi export NAME --out FILE`: a KPI as a picture or a table, or the whole scorecard or catalogue as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.company_calendar import calendar_of
from orchestration.cli.mart_reader import Row, kpi, open_mart, rows
from orchestration.cli.options import CompanyOption, check_choice
from orchestration.cli.reading.spreadsheet import write_bytes, write_csv
from orchestration.errors import UsageError
from orchestration.querying.periods import first_day, last_day

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.cli.reading.export_values import Asked

ENDINGS = (".png", ".svg", ".csv")
THEMES = ("light", "dark")
TABLES = {
    "scorecard": """
        select catalog.label_en, catalog.label_es, catalog.unit, catalog.currency, catalog.owner_team,
            catalog.owner_email, card.*
        from kpi_scorecard as card inner join kpi_catalog as catalog using (kpi)
        order by kpi
    """,
    "catalogue": "select * from kpi_catalog order by kpi",
}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("export")(export)


def export(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A KPI or tracked metric, or one of scorecard and catalogue.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where to: FILE.png or .svg is its chart, .csv its table.")],
    grain: Annotated[str, typer.Option(help="day, week, month, quarter or year. Default: its review grain.")] = "",
    by: Annotated[str, typer.Option(metavar="SLICE", help="Its values by one of its slices.")] = "",
    first: Annotated[
        str,
        typer.Option("--from", metavar="PERIOD", help="Periods that begin on this day or later: 2026-01-15, 2026-01."),
    ] = "",
    last: Annotated[str, typer.Option("--to", metavar="PERIOD", help="Periods that begin up to its last day.")] = "",
    lang: Annotated[str, typer.Option(metavar="en|es", help="Language of a chart. Default: en.")] = "",
    theme: Annotated[str, typer.Option(metavar="light|dark", help="Colours of a chart. Default: light.")] = "",
    company: CompanyOption = None,
) -> None:
    """Write what the published mart holds to a file: the chart of a KPI, its values, the scorecard or the catalogue.

    Examples: kpi export total_revenue --out revenue.png --grain month --lang es --theme dark;
    kpi export conversion_rate --out devices.svg --by device --from 2026-01;
    kpi export scorecard --out scorecard.csv
    """
    check_choice("--lang", lang, ("en", "es"))
    check_choice("--theme", theme, THEMES)
    kind = out.suffix.lower()
    if kind not in ENDINGS:
        raise UsageError(f"--out {out}: unknown file type; use .png, .svg or .csv")
    if kind == ".csv":
        _refuse_look(out, theme, lang)
    with open_mart(company) as con:
        if name in TABLES:
            _refuse_options(name, out, {"--grain": grain, "--by": by, "--from": first, "--to": last})
            held = rows(con, TABLES[name])
            write_csv(out, _columns(con, TABLES[name]), held)
        else:
            held = _export_kpi(con, _asked(con, name, grain, by, first, last), out, lang, theme, company)
    print(f"{out}: {name}, {len(held)} {'rows' if kind == '.csv' else 'values'}")


def _refuse_look(out: Path, theme: str, lang: str) -> None:
    """Raise UsageError for what only a chart has; a table holds the texts of both languages."""
    for option, given in (("--theme", theme), ("--lang", lang)):
        if given:
            raise UsageError(f"{option} {given}: is for charts, and {out} is a table; leave it out")


def _refuse_options(name: str, out: Path, options: dict[str, str]) -> None:
    """Raise UsageError for what a whole table has not."""
    if out.suffix.lower() != ".csv":
        raise UsageError(f"--out {out}: the {name} is a table; let it end in .csv")
    for option, given in options.items():
        if given:
            raise UsageError(f"{option} {given}: is for one KPI, and the {name} holds all; leave it out")


def _columns(con: DuckDBPyConnection, sql: str) -> list[str]:
    return [column[0] for column in con.execute(sql).description or ()]


def _asked(con: DuckDBPyConnection, name: str, grain: str, by: str, first: str, last: str) -> Asked:
    """What is asked of a KPI; raises UsageError for what it has not, with what it has."""
    from orchestration.cli.reading.export_values import asked

    begin = first_day("--from", first) if first else None
    end = last_day("--to", last) if last else None
    if begin and end and end < begin:
        raise UsageError(f"--to {last}: ends before --from {first} begins; give a later one")
    return asked(kpi(con, name), grain, by, begin, end)


def _export_kpi(
    con: DuckDBPyConnection, asked: Asked, out: Path, lang: str, theme: str, folder: Path | None
) -> list[Row]:
    from orchestration.cli.reading.export_values import COLUMNS, values

    held, kind = values(con, asked), out.suffix.lower()
    if kind != ".csv" and not any(_is_drawn(row) for row in held):
        raise UsageError(f"{asked.kpi['kpi']}: has no values by {asked.grain} to draw in these periods; ask for others")
    if kind == ".csv":
        write_csv(out, COLUMNS, held)
        return held
    from orchestration.cli.reading.export_picture import picture

    zone = calendar_of(folder).time_zone
    look = (lang or "en", theme or "light")
    write_bytes(out, picture(con, asked, held, kind.removeprefix("."), *look, zone))
    return held


def _is_drawn(row: Row) -> bool:
    """Whether a chart shows it: of a part, whose course has no open end, only values of complete periods."""
    return row["value"] is not None and (row["is_complete"] or not row["slice"])
