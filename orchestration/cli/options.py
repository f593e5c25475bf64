"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Optional

import typer

from orchestration.errors import UsageError

CompanyOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--company", metavar="DIR", help="Folder with sources.yml and staging/. Default: the sample company."),
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A KPI or tracked metric, as kpi list has it.")]
LanguageOption = Annotated[str, typer.Option("--lang", metavar="en|es", help="Language of labels and texts.")]


def check_choice(option: str, given: str, allowed: Collection[str]) -> None:
    """Raise UsageError for a value that is not allowed; nothing given is."""
    if given and given not in allowed:
        close = get_close_matches(given, allowed, 1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise UsageError(f"{option} {given}: is not known; {hint}use one of {', '.join(allowed)}")
