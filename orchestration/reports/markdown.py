"""Texts from definitions, plans and data in Markdown, which must not take them for markup."""

from __future__ import annotations

import re

# What Markdown would take for its own. An underscore in a word is none.
_SPECIAL = re.compile(r"([\\`*{}\[\]<>#|~]|(?<!\w)_|_(?!\w))")


def as_markdown(text: object) -> str:
    """Write a text so that Markdown shows it as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))
