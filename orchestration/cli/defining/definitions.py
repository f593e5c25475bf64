"""Commands on definitions: compile, lint."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli.defining import lint


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("compile")(compile_models)
    lint.register(app)


def compile_models(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if anything would change.")] = False,
) -> None:
    """Compile the project's KPIs into dbt models under dbt_project/models/kpi/generated; renew metrics/kpis.lock.

    Example: kpi compile --check
    """
    from metrics.compiler import drift, write_models
    from metrics.lock import write_lock
    from orchestration import linting
    from orchestration.company import REPOSITORY, load_company
    from orchestration.dbt.files import GENERATED, SHIPPED
    from orchestration.dbt.project import compiled_models, parse_definitions
    from orchestration.errors import shown

    company = load_company(None)
    compiled = compiled_models(company, parse_definitions(company))
    lock = linting.renewed_lock(company)
    changed = (drift if check else write_models)(compiled, SHIPPED / GENERATED)
    changed = [f"dbt_project/{GENERATED}/{name}" for name in changed]
    if lock and write_lock(company.kpis_lock, lock, check):
        changed.append(shown(company.kpis_lock))
    for name in changed:
        typer.echo(f"{'differs' if check else 'wrote' if (REPOSITORY / name).exists() else 'removed'}: {name}")
    if check and changed:
        typer.echo("run `kpi compile` and commit what it wrote", err=True)
        raise typer.Exit(1)
    if not changed:
        typer.echo(f"{len(compiled)} generated models are as the definitions say")
