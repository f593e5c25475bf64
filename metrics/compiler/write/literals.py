"""SQL literals inside dbt models: quotes doubled, Jinja defused, NULLs typed."""

import re
from collections.abc import Sequence

_JINJA = re.compile(r"\{[{%#]")


def text(value: str | None) -> str:
    """A string literal, or a NULL of that type."""
    if value is None:
        return "cast(null as varchar)"
    quoted = "'" + value.replace("'", "''") + "'"
    return without_jinja(quoted)


def without_jinja(value: str) -> str:
    """The text as dbt has to read it to mean itself."""
    return _JINJA.sub(lambda mark: "{{ " + repr(mark.group()) + " }}", value)


def integer(value: int | None) -> str:
    """An integer literal, or a NULL of that type."""
    return "cast(null as bigint)" if value is None else f"cast({value} as bigint)"


def number(value: float | None) -> str:
    """A number literal, or a NULL of that type."""
    return "cast(null as double)" if value is None else f"cast({value} as double)"


def boolean(value: bool) -> str:
    """A boolean literal."""
    return str(value).lower()


def names(values: Sequence[str]) -> str:
    """Names as one text, separated by a comma and a blank."""
    return text(", ".join(values))
