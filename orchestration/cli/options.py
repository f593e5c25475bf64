"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

CompanyOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--company", metavar="DIR", help="Folder with sources.yml and staging/. Default: the sample company."),
]
