"""Writes a digest as a mail's HTML, and as plain text for terminals and chats."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.digest.compose import Digest
from dashboards.page import of_kpi
from metrics.wording.numbers import NOTHING
from metrics.wording.vocabulary import SHAPES

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parents[1] / "templates"


def as_html(digest: Digest, site: str | None = None) -> str:
    """Write the HTML of a digest, in which everything that comes from data is escaped.

    Args:
        digest: what it says.
        site: the address of the published site, to which names of KPIs lead; without one there are no links.
    """
    return _written(digest, site, "digest.html.jinja")


def as_text(digest: Digest, site: str | None = None) -> str:
    """Write a digest as plain text."""
    return re.sub(r"\n{3,}", "\n\n", _written(digest, site, "digest.txt.jinja")).strip() + "\n"


def _written(digest: Digest, site: str | None, template: str) -> str:
    home = f"{site.rstrip('/')}/{digest.lang}/" if site else ""
    return (
        _environment()
        .get_template(template)
        .render(
            digest=digest,
            words=digest.words,
            common=digest.common,
            shapes=SHAPES,
            nothing=NOTHING,
            page=f"{home}{digest.path}" if home else "",
            link=lambda kpi: f"{home}{of_kpi(kpi)}" if home and kpi else "",
        )
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html.jinja"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
