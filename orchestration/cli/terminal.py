"""How results look on a terminal: at most 100 columns wide, in colour only where there is a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from metrics.wording import vocabulary
from metrics.wording.numbers import NOTHING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from metrics.wording.numbers import Language

WIDTH = 100
STYLES = {"on_target": "green", "at_risk": "yellow", "off_target": "red", "no_data": "dim"}


def console() -> Console:
    """Return a console that is never wider than 100 columns, nor narrower where there is no terminal.

    What it prints holds names that came with the data, so that no text is taken for markup or emoji.
    """
    from rich.console import Console

    made = Console(highlight=False, soft_wrap=False, markup=False, emoji=False)
    made.width = min(WIDTH, made.width) if made.is_terminal else WIDTH
    return made


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = (), whole: Sequence[str] = ()
) -> Table:
    """Return a plain table; columns in ``right`` are aligned to the right, and like those in ``whole`` not broken."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for header in headers:
        justify = "right" if header in right else "left"
        made.add_column(header, justify=justify, no_wrap=header in (*right, *whole), overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def status(word: str | None, lang: Language = "en") -> Any:
    """Return a status as shape and word, coloured where the terminal can."""
    from rich.text import Text

    return Text(vocabulary.status(word, lang) if word else NOTHING, style=STYLES.get(word or "", ""))


def heading(words: str) -> Any:
    """Return words that stand above others."""
    from rich.text import Text

    return Text(words, style="bold")


def mark(passed: bool | None) -> Any:
    """Return yes or no as a sign, coloured where the terminal can; a dash for what nobody judged."""
    from rich.text import Text

    if passed is None:
        return Text("–", style="dim")
    return Text("✓", style="green") if passed else Text("✗", style="red")


def print_reasons(console: Console, reasons: Sequence[tuple[str, str | None]]) -> None:
    """Print a line for each name that has a reason, wrapped under its beginning."""
    from rich.padding import Padding
    from rich.text import Text

    for name, reason in reasons:
        if reason:
            console.print(Padding(Text(f"{name}: {reason}"), (0, 0, 0, 2)))


def facts(said: Iterable[tuple[str, str | None]], indent: int = 0) -> Table:
    """Return lines of a name and what is said of it, without those of which nothing is."""
    from rich.table import Table

    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, indent))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for name, words in said:
        if words:
            made.add_row(name, words)
    return made
