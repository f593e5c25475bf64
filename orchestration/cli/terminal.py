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
        made.add_column(header, justify="right" if header in right else "left", no_wrap=header in right)
    for row in rows:
        made.add_row(*row)
    return made


def value(number: float | None, unit: str | None, currency: str | None = None) -> str:
    """Write a KPI's value in its unit; percent is stored as a fraction."""
    if number is None:
        return "–"
    if unit == "percent":
        return f"{number:.1%}"
    if unit == "currency":
        digits = 0 if abs(number) >= 1000 else 2
        return f"{number:,.{digits}f} {currency or ''}".rstrip()
    if unit in ("seconds", "days"):
        return f"{number:,.1f} {unit[0]}"
    return f"{number:,.0f}" if unit == "count" else f"{number:,.1f}"


def change(number: float | None, before: float | None, unit: str | None) -> str:
    """Write a change against ``before``: percentage points for a percent, else in percent."""
    if number is None or before is None:
        return "–"
    if unit == "percent":
        return f"{(number - before) * 100:+.1f} pp"
    return f"{number / before - 1:+.1%}" if before else "–"


def status(word: str | None) -> Any:
    """Return a status as shape and word, coloured where the terminal can."""
    from rich.text import Text

    return Text(STATUS.get(word or "", word or "–"), style=STYLES.get(word or "", ""))


def period(start: Any, grain: str | None) -> str:
    """Write a period by its first day and grain."""
    if start is None:
        return "–"
    if grain == "month":
        return f"{start:%Y-%m}"
    if grain == "quarter":
        return f"quarter {start:%Y-%m}"
    if grain == "year":
        return f"year {start:%Y}"
    return f"week {start}" if grain == "week" else str(start)
