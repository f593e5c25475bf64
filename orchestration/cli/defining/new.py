"""`kpi new`: from an objective to a valid contract."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.cli import terminal
from orchestration.cli.options import CompanyOption
from orchestration.errors import BuildError, UsageError, shown

if TYPE_CHECKING:
    from rich.console import Console

    from metrics.authoring.contract_files import ContractFiles, Written
    from metrics.authoring.drafts import Draft
    from metrics.located_yaml import LocatedYaml
    from orchestration.company import Company


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("new")(new)


def new(
    answers: Annotated[
        str, typer.Option("--from", metavar="FILE", help="YAML with department and fields of the contract.")
    ] = "",
    answer: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD=VALUE", help="One answer, such as label.en=Returns; may be repeated."),
    ] = None,
    company: CompanyOption = None,
) -> None:
    """Write a new KPI: asks for the objective, then what makes it SMART, and adds the contract to its department.

    What --from and --answer say is not asked. Exit 0: the contract was written. 1: no metric fits. 2: a wrong answer.

    Example: kpi new --from answers.yml --answer department=support
    """
    from orchestration.cli.defining.interview import NothingFitsError

    console = terminal.console()
    draft, document = _given(answers, answer or [])
    try:
        written = _author(_company(company), draft, document, console)
    except NothingFitsError as error:
        _print_gap(error, draft, console)
        raise typer.Exit(1) from None
    except (typer.Abort, KeyboardInterrupt):
        console.print("\nstopped; nothing was written", style="bold")
        _print_answers(draft, console)
        raise typer.Exit(130) from None
    _print_next(written, company, console)


def _company(folder: Path | None) -> Company:
    from orchestration.company import load_company

    return load_company(folder)


def _given(file: str, pairs: list[str]) -> tuple[Draft, LocatedYaml | None]:
    """What the options answer; raises UsageError for what is no answer."""
    import yaml

    from metrics.authoring.drafts import Draft
    from metrics.located_yaml import read_yaml
    from metrics.problems import DefinitionError

    try:
        document = read_yaml(Path(file)) if file else None
    except DefinitionError as error:
        raise UsageError(f"--from {file}: {error}") from None
    fields = document.data if document else {}
    if not isinstance(fields, dict):
        raise UsageError(f"--from {file}: is not a mapping; write the fields of a contract, and its department")
    draft = Draft(fields=dict(fields))
    for pair in pairs:
        field, equals, text = pair.partition("=")
        if not equals:
            raise UsageError(f"--answer {pair}: is not an answer; write FIELD=VALUE such as unit=percent")
        draft.put(field, yaml.safe_load(text))
    draft.department = str(draft.fields.pop("department", ""))
    return draft, document


def _author(company: Company, draft: Draft, document: LocatedYaml | None, console: Console) -> Written:
    """Fill the draft, by asking if need be, and write it."""
    from metrics.problems import DefinitionError
    from orchestration.cli.defining.workspace import Workspace

    with console.status("reading definitions"):
        workspace = Workspace.of(company)
    if draft.department and draft.fields:
        _refuse(_worded(workspace.files, draft, document, whole=False))
    lacking = _worded(workspace.files, draft, document, whole=True)
    if lacking:
        _need_terminal(lacking)
        workspace.interview(console, draft).hold()
        settle_owner(draft, workspace.files)
        _confirm(draft, workspace.files, console)
    settle_owner(draft, workspace.files)
    try:
        return workspace.files.write(draft)
    except DefinitionError as error:
        raise BuildError(str(error)) from None


def settle_owner(draft: Draft, files: ContractFiles) -> None:
    """Give a new department's file its owner, and leave one out that is the department's anyway."""
    owner = draft.get("owner")
    departments = files.owner(draft.department)
    if owner is not None and departments is None:
        draft.owner = owner
    if owner is not None and departments in (None, owner):
        draft.drop("owner")


def _worded(files: ContractFiles, draft: Draft, document: LocatedYaml | None, whole: bool) -> list[str]:
    """What is wrong with the draft, each with the line of the answers' file if it is there."""
    from typing import get_args

    from metrics.contracts.models import Department

    allowed = get_args(Department)
    if draft.department not in allowed:
        what = f"{draft.department!r} is not allowed" if draft.department else "is missing"
        return [f"department: {what}; use one of {', '.join(allowed)}"]
    settle_owner(draft, files)
    return [
        f"{_place(document, problem.field)}{problem.field}: {problem.message}"
        for problem in files.problems(draft, whole)
    ]


def _place(document: LocatedYaml | None, field: str) -> str:
    if document is None:
        return ""
    path = tuple(int(part) if part.isdigit() else part for part in field.split("."))
    return f"{document.file}:{document.line(path)}: "


def _refuse(problems: list[str]) -> None:
    if problems:
        raise UsageError("\n".join(problems))


def _need_terminal(lacking: list[str]) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        there = "there is no terminal to ask on; give these with --from FILE or --answer FIELD=VALUE"
        raise UsageError("\n".join([there, *lacking]))


def _confirm(draft: Draft, files: ContractFiles, console: Console) -> None:
    from metrics.authoring.layout import item_lines

    console.rule("The contract", align="left")
    console.print("\n".join(item_lines(draft.fields, 0)), soft_wrap=True)
    typer.confirm(f"Write it to {shown(files.file(draft.department))}?", default=True, abort=True)


def _print_gap(error: Any, draft: Draft, console: Console) -> None:
    console.print(error.gap.missing, style="bold")
    console.print(f"\nadd to {shown(Path(error.gap.file))}:\n\n{error.gap.snippet}", soft_wrap=True)
    console.print("nothing was written", style="bold")
    _print_answers(draft, console)


def _print_answers(draft: Draft, console: Console) -> None:
    import yaml

    so_far = {**({"department": draft.department} if draft.department else {}), **draft.fields}
    if so_far:
        text = yaml.safe_dump(so_far, allow_unicode=True, sort_keys=False)
        console.print(f"your answers so far, for kpi new --from FILE:\n\n{text}", soft_wrap=True)


def _print_next(written: Written, folder: Path | None, console: Console) -> None:
    option = f" --company {folder}" if folder else ""
    name = written.contract.name
    console.print(f"wrote {name} to {shown(written.file.resolve())}:{written.line}", soft_wrap=True)
    steps = (
        (f"kpi lint --update-lock{option}", "what a reviewer will ask; it locks what the number means"),
        *(() if folder else (("kpi compile", "the SQL that it makes, for the review"),)),
        (f"kpi run{option}", "its whole history"),
        (f"kpi show {name}{option}", "what it says"),
    )
    console.print("next:")
    for command, what in steps:
        console.print(f"  {command}: {what}", soft_wrap=True)
