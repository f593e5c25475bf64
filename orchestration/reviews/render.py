"""Writes an agenda as Markdown or as one HTML page that needs nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from orchestration.reports.markdown import as_markdown
from orchestration.reviews.agenda import Agenda

Format = Literal["markdown", "html"]
TEMPLATES = {"markdown": "agenda.md.jinja", "html": "agenda.html.jinja"}


def render(agenda: Agenda, output: Format) -> str:
    """Write an agenda; whatever it holds is shown as it is and never taken for markup."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html.jinja"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["md"] = as_markdown
    text = environment.get_template(TEMPLATES[output]).render(agenda=agenda)
    return re.sub(r"\n{3,}", "\n\n", text) if output == "markdown" else text
