"""What the documentation says that can be held against the project: its pages, their commands and their blocks."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Command:
    """A call of `kpi` on a page: where it stands and its arguments."""

    page: str
    arguments: tuple[str, ...]


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in a language, in their order."""
    return [text for name, text in FENCE.findall(page.read_text(encoding="utf-8")) if name == language]


def console_commands() -> Iterator[Command]:
    """Every call of `kpi` behind a prompt in a console block of the README and the pages."""
    for page in (ROOT / "README.md", *PAGES):
        for text in blocks(page, "console"):
            for line in re.findall(r"^\$ (.*)$", text.replace("\\\n", " "), re.MULTILINE):
                yield from _calls(page, line)


def _calls(page: Path, line: str) -> Iterator[Command]:
    for part in re.split(r"&&|\|\|", line):
        words = shlex.split(part, comments=True)
        called = next((i for i, word in enumerate(words) if word == "kpi" or word.endswith("/kpi")), None)
        if called is not None and all("=" in word for word in words[:called]):
            yield Command(str(page.relative_to(ROOT)), tuple(words[called + 1 :]))
