"""`kpi quarantine`: rows and deliveries that did not land, and a second chance for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.cli import terminal
from orchestration.cli.options import CompanyOption, LanguageOption, check_choice
from orchestration.errors import UsageError

if TYPE_CHECKING:
    from orchestration.company import Company
    from orchestration.declarations.sources import Sources, Table
    from orchestration.quarantine.listing import Listing

WORDS = {
    "en": {
        "rows": ("Table", "Rule", "Rows", "Last pulled", "Example"),
        "refused": ("Table", "Rule", "Delivery", "Rows", "Why"),
        "nothing": "nothing is quarantined",
        "whole": "refused whole; tried again when the file, its declaration or its suite changes, or by a replay",
    },
    "es": {
        "rows": ("Tabla", "Regla", "Filas", "Última extracción", "Ejemplo"),
        "refused": ("Tabla", "Regla", "Entrega", "Filas", "Por qué"),
        "nothing": "no hay nada en cuarentena",
        "whole": "rechazadas enteras; se reintentan cuando cambia el archivo, su declaración o su suite, o con replay",
    },
}
TableArgument = Annotated[
    str, typer.Argument(metavar="[TABLE]", help="A source table such as shop.orders. Default: all.")
]

app = typer.Typer(
    help="List and replay rows and deliveries that did not land.", no_args_is_help=True, rich_markup_mode=None
)


def register(main: typer.Typer) -> None:
    """Add the commands to the application."""
    main.add_typer(app, name="quarantine")


@app.command("list")
def list_quarantine(
    table: TableArgument = "",
    output: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    lang: LanguageOption = "en",
    company: CompanyOption = None,
) -> None:
    """Count what is quarantined still, by table and rule, with an example; deliveries that were refused whole apart.

    Rows leave the list when they are replayed, or when their file or a newer version of their key lands.

    Example: kpi quarantine list shop.orders --format json
    """
    from orchestration.quarantine.listing import listing

    check_choice("--lang", lang, WORDS)
    check_choice("--format", output, FORMATS)
    of, sources, tables = _chosen(company, table)
    FORMATS[output](listing(of, sources, tables), lang)


@app.command("replay")
def replay_quarantine(
    table: TableArgument = "",
    rule: Annotated[str, typer.Option(help="Only the rows and deliveries of one rule, as the list names it.")] = "",
    company: CompanyOption = None,
) -> None:
    """Try quarantined rows and refused deliveries again, after a fix of the rule, the declaration or the data.

    What fits now lands and is no more in the list; the next `kpi run` takes it into the mart. Doing it twice is doing
    it once. A row of which a newer version has landed stays out.

    Example: kpi quarantine replay shop.orders --rule known_status
    """
    from orchestration import run_lock
    from orchestration.warehouse import utc_now

    of, sources, tables = _chosen(company, table)
    holder = run_lock.Holder("replay", os.getpid(), f"{utc_now():%Y-%m-%dT%H:%M:%SZ}", str(of.folder or "data"))
    with run_lock.hold(of.run_lock, holder, on_wait=_say):
        _check_rule(of, sources, tables, rule)
        landed = sum(_replay(of, sources, one, rule) for one in tables)
    rows = "1 row" if landed == 1 else f"{landed:,} rows"
    _say(f"{rows} landed; `kpi run` takes what landed into the mart" if landed else "nothing landed")


def _replay(company: Company, sources: Sources, table: Table, rule: str) -> int:
    """Replay one table, say how it went, and return the rows that landed."""
    from orchestration.pulling.pull import pull_table
    from orchestration.quarantine.listing import listing
    from orchestration.quarantine.replay import replay_rows

    name, now = f"{table.system}.{table.name}", datetime.now(UTC)
    refused = [one for one in listing(company, sources, [table]).refused if rule in ("", one.rule)]
    done = replay_rows(company, sources, table, rule, now)
    if done.tried:
        _say(f"{name}: {done.landed:,} of {done.tried:,} quarantined rows landed")
    if not refused:
        return done.landed
    pull = pull_table(company, table.system, table.name, now, sources, again=True)
    if pull.failed:
        _say(f"{name}: {pull.failed}")
        return done.landed
    still = dict(pull.rejected)
    for one in refused:
        told = f"refused again: {still[one.path]}" if one.path in still else "accepted"
        _say(f"{name}: {one.path}: {told}")
    return done.landed + pull.rows_landed


def _check_rule(company: Company, sources: Sources, tables: Sequence[Table], rule: str) -> None:
    """Raise UsageError for a rule under which nothing is quarantined."""
    from orchestration.quarantine.listing import listing

    if rule:
        found = listing(company, sources, tables)
        known = sorted({one.rule for one in (*found.rows, *found.refused)})
        if not known:
            raise UsageError(f"--rule {rule}: nothing is quarantined")
        check_choice("--rule", rule, known)


def _chosen(folder: Any, name: str) -> tuple[Company, Sources, list[Table]]:
    from orchestration.company import load_company
    from orchestration.declarations.sources import load_sources

    company = load_company(folder)
    sources = load_sources(company.sources_path)
    tables = {f"{table.system}.{table.name}": table for table in sources.pulled()}
    check_choice("TABLE", name, tables)
    return company, sources, [tables[name]] if name else list(tables.values())


def _say(text: str) -> None:
    print(text, flush=True)


def _print_table(found: Listing, lang: str) -> None:
    console, words = terminal.console(), WORDS[lang]
    if not found.rows and not found.refused:
        console.print(words["nothing"])
    if found.rows:
        lines = [(r.table, r.rule, f"{r.rows:,}", r.newest[:19], r.example) for r in found.rows]
        console.print(terminal.table(list(words["rows"]), lines))
    if found.refused:
        told = [(r, r.observed if lang == "en" else f"{r.reason_es} ({r.observed})") for r in found.refused]
        lines = [(r.table, r.rule, r.path, f"{r.rows:,}", why) for r, why in told]
        console.print(terminal.table(list(words["refused"]), lines))
        console.print(words["whole"], style="dim")


def _print_json(found: Listing, lang: str) -> None:
    import json

    listed = {name: [_told(one, lang) for one in getattr(found, name)] for name in ("rows", "refused")}
    print(json.dumps(listed, indent=1, ensure_ascii=False))


def _print_csv(found: Listing, lang: str) -> None:
    import csv

    names = ("table", "rule", "rows", "path", "newest", "example", "reason")
    writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
    writer.writeheader()
    for one in (*found.rows, *found.refused):
        told = _told(one, lang)
        told |= {"newest": told.get("newest") or told.get("refused_at")}
        told |= {"example": told.get("example") or told.get("observed")}
        writer.writerow({name: told.get(name, "") for name in names})


def _told(one: Any, lang: str) -> dict[str, Any]:
    """All fields, the reason in one language."""
    fields = asdict(one)
    reason = fields[f"reason_{lang}"]
    return {name: value for name, value in fields.items() if not name.startswith("reason_")} | {"reason": reason}


FORMATS: dict[str, Callable[[Listing, str], None]] = {"table": _print_table, "csv": _print_csv, "json": _print_json}
