"""How days and periods are written for people, in English and in Spanish."""

from __future__ import annotations

from datetime import date

from metrics.calendar import Grain
from metrics.wording.numbers import Language
from metrics.wording.text import Words

_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_ES = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_MONTHS: dict[Language, tuple[str, ...]] = {"en": _EN, "es": _ES}


def day(when: date, lang: Language) -> str:
    """Write a day: ``30 September 2026``, ``30 de septiembre de 2026``."""
    return f"{when.day} {month(when, lang)}" if lang == "en" else f"{when.day} de {month(when, lang)}"


def month(when: date, lang: Language) -> str:
    """Write the month of a day: ``September 2026``, ``septiembre de 2026``."""
    name = _MONTHS[lang][when.month - 1]
    return f"{name} {when.year}" if lang == "en" else f"{name} de {when.year}"


def short_month(when: date, lang: Language) -> str:
    """Write the month of a day where there is little room: ``Sep 2026``, ``sep 2026``."""
    return f"{_MONTHS[lang][when.month - 1][:3]} {when.year}"


def short_day(when: date, lang: Language) -> str:
    """Write a day where there is little room and its year is known: ``30 Sep``, ``30 sep``."""
    return f"{when.day} {_MONTHS[lang][when.month - 1][:3]}"


def period(grain: Grain, first: date, last: date, lang: Language) -> str:
    """Write the period from its first to its last day, so that it can stand after ``for`` or ``de``.

    A quarter is written by its months, since quarters that are numbered differ between companies.
    """
    if grain == "day":
        return day(first, lang)
    if grain == "week":
        return _week(first, last, lang)
    if grain == "month":
        return month(first, lang)
    if grain == "year" and first.month == 1:
        return str(first.year)
    return _months(first, last, lang)


def in_period(grain: Grain, first: date, last: date) -> Words:
    """Say when something was: ``in September 2026``, ``on 30 September 2026``, ``de julio a septiembre de 2026``."""
    en, es = period(grain, first, last, "en"), period(grain, first, last, "es")
    if grain == "day":
        return Words(f"on {en}", f"el {es}")
    if grain == "quarter" or (grain == "year" and first.month > 1):
        return Words(f"from {en}", f"de {es}")
    return Words(f"in {en}", f"en {es}")


def _week(first: date, last: date, lang: Language) -> str:
    inside = first.year == last.year and first.month == last.month
    if lang == "en":
        return f"the week of {first.day if inside else _short(first, last, lang)} to {day(last, lang)}"
    return f"la semana del {first.day if inside else _short(first, last, lang)} al {day(last, lang)}"


def _short(first: date, last: date, lang: Language) -> str:
    """The first day, with its year only where the last one has another."""
    if first.year != last.year:
        return day(first, lang)
    name = _MONTHS[lang][first.month - 1]
    return f"{first.day} {name}" if lang == "en" else f"{first.day} de {name}"


def _months(first: date, last: date, lang: Language) -> str:
    """``July to September 2026``, ``julio a septiembre de 2026``."""
    to = "to" if lang == "en" else "a"
    begin = month(first, lang) if first.year != last.year else _MONTHS[lang][first.month - 1]
    return f"{begin} {to} {month(last, lang)}"
