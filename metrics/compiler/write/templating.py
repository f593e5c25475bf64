"""The templates of the generated models; ``<< >>`` is filled by the compiler, ``{{ }}`` is left for dbt."""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from metrics.compiler.write.literals import text

_LONG = 115


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - SQL, not HTML
    )
    filters: dict[str, Callable[..., str]] = {"quoted": text, "wrapped": _wrapped}
    environment.filters.update(filters)
    return environment


def render(template: str, **context: Any) -> str:
    """The text of a template, without trailing blanks."""
    rendered = _environment().get_template(f"{template}.sql.jinja").render(**context)
    return "\n".join(line.rstrip() for line in rendered.strip().splitlines()) + "\n"


def _wrapped(sql: str, indent: int, name: str) -> str:
    """A ``case when … then … end`` whose line would be long with its name, over three; anything else as it is."""
    parts = re.fullmatch(r"case when (.*) then (.*) end", sql)
    if parts is None or len(sql) + len(name) < _LONG:
        return sql
    margin = " " * indent
    return f"case\n{margin}    when {parts[1]}\n{margin}        then {parts[2]}\n{margin}end"


def digest(*templates: str) -> str:
    """A fingerprint of the text of templates."""
    folder = Path(__file__).parent / "templates"
    texts = [(folder / f"{template}.sql.jinja").read_text(encoding="utf-8") for template in templates]
    return hashlib.sha256("".join(texts).encode()).hexdigest()[:12]
