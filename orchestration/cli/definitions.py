"""Commands on definitions: compile."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("compile")(compile_models)


def compile_models(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if anything would change.")] = False,
) -> None:
    """Compile the project's KPIs into dbt models under dbt_project/models/kpi/generated.

    Example: kpi compile --check
    """
    from metrics.compiler import drift, write_models
    from orchestration.company import load_company
    from orchestration.dbt_files import GENERATED, SHIPPED
    from orchestration.dbt_project import compiled_models, parse_definitions

    company = load_company(None)
    compiled = compiled_models(company, parse_definitions(company))
    changed = (drift if check else write_models)(compiled, SHIPPED / GENERATED)
    for name in changed:
        typer.echo(f"{'differs' if check else 'wrote'}: dbt_project/{GENERATED}/{name}")
    if check and changed:
        typer.echo("run `kpi compile` and commit what it wrote", err=True)
        raise typer.Exit(1)
    if not changed:
        typer.echo(f"{len(compiled)} generated models are as the definitions say")
