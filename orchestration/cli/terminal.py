"""How results look on a terminal: at most 100 columns wide, in colour only where there is a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDTH = 100
STATUS = {
    "on_target": "● on target",
    "at_risk": "▲ at risk",
    "off_target": "■ off target",
    "no_target": "no target",
    "no_data": "○ no data",
}
STYLES = {"on_target": "green", "at_risk": "yellow", "off_target": "red", "no_data": "dim"}


def console() -> Console:
    """Return a console that is never wider than 100 columns, nor narrower where there is no terminal."""
    from rich.console import Console

    made = Console(highlight=False, soft_wrap=False)
    made.width = min(WIDTH, made.width) if made.is_terminal else WIDTH
    return made


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()) -> Table:
    """Return a plain table; headers in ``right`` are aligned to the right."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in headers:
        justify = "right" if header in right else "left"
        made.add_column(header, justify=justify, no_wrap=header in right, overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made


def status(word: str | None) -> Any:
    """Return a status as shape and word, coloured where the terminal can."""
    from rich.text import Text

    return Text(STATUS.get(word or "", word or "–"), style=STYLES.get(word or "", ""))


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
