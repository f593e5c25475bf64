"""What leaders read of a check, in the two languages of the mart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from metrics.calendar import Grain
from metrics.wording.text import Words
from metrics.wording.vocabulary import ENTITIES

_GRAINS: dict[str, Words] = {
    "day": Words("day", "ningún día completo"),
    "week": Words("week", "ninguna semana completa"),
    "month": Words("month", "ningún mes completo"),
    "quarter": Words("quarter", "ningún trimestre completo"),
    "year": Words("year", "ningún año completo"),
}
_UNITS = {
    "h": (Words("hour", "hora"), Words("hours", "horas")),
    "d": (Words("day", "día"), Words("days", "días")),
    "w": (Words("week", "semana"), Words("weeks", "semanas")),
}


def entities(names: Iterable[str]) -> Words:
    """Entities by their names in both languages; one that is not known keeps its name."""
    named = [ENTITIES.get(name, Words(name, name)) for name in names]
    return Words(", ".join(word.en for word in named), ", ".join(word.es for word in named))


def duration(text: str) -> Words:
    """A duration such as ``24h``, in words."""
    number, units = int(text[:-1]), _UNITS[text[-1]]
    unit = units[0] if number == 1 else units[1]
    return Words(f"{number} {unit.en}", f"{number} {unit.es}")


def no_complete(grain: Grain) -> Words:
    """That no period of a grain is over yet."""
    words = _GRAINS[grain]
    return Words(f"no complete {words.en} yet", f"todavía no hay {words.es}")


def in_period(grain: Grain, start: date) -> Words:
    """When something was, as a period by its first day."""
    if grain == "day":
        return Words(f"on {start}", f"el {start}")
    if grain == "week":
        return Words(f"in the week of {start}", f"en la semana del {start}")
    if grain == "month":
        return Words(f"in {start:%Y-%m}", f"en {start:%Y-%m}")
    if grain == "quarter":
        return Words(f"in the quarter from {start:%Y-%m}", f"en el trimestre desde {start:%Y-%m}")
    return Words(f"in the year from {start:%Y-%m}", f"en el año desde {start:%Y-%m}")


def days(first: date, last: date) -> Words:
    """One day, or the days from the first to the last."""
    if first == last:
        return Words(f"on {first}", f"el {first}")
    return Words(f"from {first} to {last}", f"del {first} al {last}")


def sentences(said: Iterable[tuple[Words, Words]]) -> Words | None:
    """(heading, what) as one text, each thing once, with a heading where it changes; None if nothing is said."""
    pairs = list(dict.fromkeys(said))
    if not pairs:
        return None
    return Words(_joined([(h.en, what.en) for h, what in pairs]), _joined([(h.es, what.es) for h, what in pairs]))


def _joined(pairs: list[tuple[str, str]]) -> str:
    headings = [None, *(heading for heading, _ in pairs)]
    return "; ".join(
        what if heading == before else f"{heading}: {what}"
        for before, (heading, what) in zip(headings, pairs, strict=False)
    )
