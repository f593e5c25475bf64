"""Staging names personal data only to hash it: read from the models' text before dbt runs them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from orchestration.declarations.sources import Sources
from orchestration.errors import BuildError, shown

READS = re.compile(r"""\b(?:raw|source)\(\s*['"](\w+)['"]\s*,\s*['"](\w+)['"]""")
HASHED = re.compile(r"""\{\{-?\s*pii\(\s*(?:'[^']*'|"[^"]*")\s*\)\s*-?\}\}|\bpii\(\s*(?:'[^']*'|"[^"]*")\s*\)""")
COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*|/\*.*?\*/", re.DOTALL)
JINJA = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
LITERAL = re.compile(r"'[^']*'")
ALIAS = re.compile(r"""\bas\s+["']?$""", re.IGNORECASE)


def check_staging_of_personal_data(sources: Sources, files: Mapping[str, Path]) -> None:
    """Refuse models that name a ``pii`` column of a table that they read other than as ``{{ pii('column') }}``.

    ``files`` are those of the dbt project by path. What no text gives away (``select *``) is found in the data, before
    it is published.

    Raises:
        BuildError: file, line, column and what is allowed; a line per place.
    """
    personal = {
        (table.system, table.name): [column.name for column in table.columns if column.pii]
        for table in sources.tables()
    }
    if not any(personal.values()):
        return
    errors = [
        f"{shown(file)}:{line}: {column} is personal data of {table} (pii in {shown(sources.path)}); "
        f"name it only as {{{{ pii('{column}') }}}}, which hashes it, or leave it out"
        for path, file in sorted(files.items())
        if path.startswith("models/") and path.endswith(".sql")
        for table, column, line in _places(file.read_text(encoding="utf-8"), personal)
    ]
    if errors:
        raise BuildError("\n".join(errors))


def _places(sql: str, personal: Mapping[tuple[str, str], list[str]]) -> Iterator[tuple[str, str, int]]:
    """Where a model names a personal column in the clear: table, column and line."""
    text = COMMENT.sub(_blank, sql)
    read = sorted(set(READS.findall(text)) & personal.keys())
    text = _without_literals(READS.sub(_blank, HASHED.sub(_hashed, text)))
    for system, table in read:
        for column in personal[system, table]:
            for found in re.finditer(rf"\b{re.escape(column)}\b", text, re.IGNORECASE):
                if not ALIAS.search(text[: found.start()]):
                    yield f"{system}.{table}", column, 1 + text.count("\n", 0, found.start())


def _without_literals(text: str) -> str:
    """Blank the text values of SQL; in Jinja, a text may name a column."""
    return "".join(part if part.startswith("{") else LITERAL.sub(_blank, part) for part in JINJA.split(text))


def _hashed(found: re.Match[str]) -> str:
    """Nothing but the ``as`` before a column's new name, which SQL lets one leave out."""
    return _blank(found)[:-3] + "as "


def _blank(found: re.Match[str]) -> str:
    """Spaces instead of the text, and its line breaks, so that lines keep their numbers."""
    return re.sub(r"[^\n]", " ", found[0])
