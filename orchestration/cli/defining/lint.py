"""`kpi lint`: everything that is wrong with the definitions, at once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.options import CompanyOption
from orchestration.errors import BuildError, UsageError, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics.lint.definitions import Definitions
    from metrics.lint.rule import Finding
    from orchestration.company import Company


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("lint")(lint_definitions)


def lint_definitions(
    company: CompanyOption = None,
    output: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    quick: Annotated[bool, typer.Option("--quick", help="Read files only: compile nothing, compare no lock.")] = False,
    update_lock: Annotated[bool, typer.Option("--update-lock", help="Write kpis.lock, if what changed may.")] = False,
    rules: Annotated[bool, typer.Option("--rules", help="Print the rules instead, as Markdown.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of contract files instead.")] = False,
) -> None:
    """Check contracts, objectives and semantic models against every rule. Exit 1 on errors; warnings do not fail.

    Example: kpi lint --format json
    """
    if output not in ("text", "json"):
        raise UsageError(f"--format {output}: is not known; use one of text, json")
    if quick and update_lock:
        raise UsageError("--quick: compiles nothing, and --update-lock needs what is compiled; use one of them")
    if rules or schema:
        typer.echo(_rules() if rules else _schema(), nl=False)
        return
    findings, summary = _findings(company, quick, update_lock)
    _print(findings, summary, output)
    if any(finding.rule.severity == "error" for finding in findings):
        raise typer.Exit(1)


def _findings(folder: CompanyOption, quick: bool, update_lock: bool) -> tuple[list[Finding], str]:
    from metrics.lint.run import lint
    from orchestration import linting
    from orchestration.company import load_company

    company = load_company(folder)
    definitions = linting.read(company)
    if not quick:
        typer.echo("compiling the definitions (--quick leaves it out) …", err=True)
        definitions = linting.compiled(company, definitions)
    if update_lock:
        definitions = _update_lock(company, definitions)
    kpis = len(list(definitions.kpis()))
    return lint(definitions), f"{kpis} KPIs and {len(definitions.contracts) - kpis} tracked metrics"


def _update_lock(company: Company, definitions: Definitions) -> Definitions:
    """Write the lock unless something forbids it, which the findings then say."""
    from metrics.lock import read_lock, write_lock
    from orchestration.linting import next_lock

    try:
        text = next_lock(definitions)
    except BuildError:
        typer.echo(f"{shown(company.kpis_lock)} stays as it is", err=True)
        return definitions
    if write_lock(company.kpis_lock, text):
        typer.echo(f"wrote: {shown(company.kpis_lock)}", err=True)
    return replace(definitions, lock=read_lock(company.kpis_lock))


def _print(findings: Sequence[Finding], summary: str, output: str) -> None:
    if output == "json":
        typer.echo(json.dumps([finding.as_dict() for finding in findings], indent=1, ensure_ascii=False))
        return
    for finding in findings:
        typer.echo(str(finding))
    errors = sum(finding.rule.severity == "error" for finding in findings)
    counts = (_count(errors, "error"), _count(len(findings) - errors, "warning"))
    typer.echo(f"{summary}: {', '.join(counts) if findings else 'nothing wrong'}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _rules() -> str:
    from metrics.lint.rules_page import rules_page
    from metrics.rules import RULES

    return rules_page(RULES)


def _schema() -> str:
    from metrics.contracts.schema import schema_text

    return schema_text()
