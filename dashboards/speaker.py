"""Speaks of the mart in one language: labels, numbers, days, periods, statuses and the site's own words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dashboards.mart import Row
from metrics.wording import dates, numbers, vocabulary
from metrics.wording.numbers import Language

LANGUAGES: tuple[Language, ...] = ("en", "es")
WORDS = Path(__file__).parent / "words"
VOCABULARIES = {
    "action": vocabulary.ACTIONS,
    "cadence": vocabulary.CADENCES,
    "cause": vocabulary.CAUSES,
    "department": vocabulary.DEPARTMENTS,
    "direction": vocabulary.DIRECTIONS,
    "grain": vocabulary.GRAINS,
    "lifecycle": vocabulary.LIFECYCLES,
    "perspective": vocabulary.PERSPECTIVES,
    "restatement": vocabulary.REASONS,
    "status": vocabulary.STATUSES,
    "tier": vocabulary.TIERS,
    "timing": vocabulary.TIMINGS,
    "unit": vocabulary.UNITS,
}


class Speaker:
    """One language and the company's time zone."""

    def __init__(self, lang: Language, zone: str) -> None:
        self.lang = lang
        self.zone = ZoneInfo(zone)

    def words(self, area: str) -> Mapping[str, str]:
        """The site's own words of an area of pages, from words/<area>.yml."""
        return _words(area)[self.lang]

    def counted(self, area: str, name: str, count: int) -> str:
        """A count with what is counted: the words ``<name>_one`` or ``<name>`` of an area."""
        words = self.words(area)
        return words[f"{name}_one" if count == 1 else name].format(count=self.count(count))

    def term(self, vocabulary: str, word: str | None) -> str:
        """A word of a vocabulary; one that it lacks (a company's own department) is said as it is written."""
        if not word:
            return numbers.NOTHING
        return VOCABULARIES[vocabulary][self.lang].get(word, word.replace("_", " "))

    def text(self, row: Row, column: str) -> str | None:
        """A text that the mart holds in both languages: ``label``, ``reasons``, ``sentence`` and more."""
        return row[f"{column}_{self.lang}"]

    def label(self, kpi: Row) -> str:
        """What people call a KPI, metric, objective or key result."""
        return self.text(kpi, "label") or kpi.get("kpi") or kpi["id"]

    def quoted(self, text: str) -> str:
        """What people wrote in a language of their own, marked as theirs: ``“late”``, ``«late»``."""
        return f"“{text}”" if self.lang == "en" else f"«{text}»"

    def value(self, number: float | None, kpi: Row) -> str:
        """A number in the unit of a KPI."""
        return numbers.value(number, kpi["unit"], kpi.get("currency"), self.lang)

    def parted(self, number: float | None, kpi: Row) -> tuple[str, str]:
        """A number in the unit of a KPI, and apart from it the unit, which is set smaller."""
        written = self.value(number, kpi)
        end = max((place for place, sign in enumerate(written, 1) if sign.isdigit()), default=len(written))
        return written[:end], written[end:]

    def change(self, number: float | None, before: float | None, kpi: Row) -> str:
        """A change against a value before, in per cent or points."""
        return numbers.change(number, before, kpi["unit"], self.lang)

    def difference(self, number: float, kpi: Row, signed: bool = True) -> str:
        """A difference of two values in the unit of a KPI."""
        return numbers.difference(number, kpi["unit"], kpi.get("currency"), self.lang, signed)

    def share(self, number: float | None) -> str:
        """How much of what is promised or expected, such as progress: ``42%``, ``42 %``."""
        return numbers.share(number, self.lang)

    def chance(self, number: float | None) -> str:
        """How likely something is: ``75%``, ``>99 %``."""
        return numbers.chance(number, self.lang)

    def part(self, number: float | None) -> str:
        """A part of a whole beside its other parts: ``42.3%``, ``42,3 %``."""
        return numbers.value(number, "percent", None, self.lang)

    def count(self, number: float | None) -> str:
        """A whole number."""
        return numbers.value(number, "count", None, self.lang)

    def status(self, status: str | None, reason: str | None = None) -> str:
        """A status in words, or why there is none."""
        return self.term("status", status or reason or "open")

    def period(self, grain: Any, start: date | None, end: date | None) -> str:
        """A period without its article: ``week of 21 to 27 September 2026``."""
        if start is None or end is None:
            return numbers.NOTHING
        return dates.period(grain, start, end, self.lang).removeprefix("the ").removeprefix("la ")

    def day(self, when: date | None) -> str:
        """A day: ``30 September 2026``."""
        return dates.day(when, self.lang) if when else numbers.NOTHING

    def moment(self, when: datetime | None) -> str:
        """A moment that the mart holds in UTC, in the company's time zone: ``30 September 2026, 23:59``."""
        if when is None:
            return numbers.NOTHING
        local = self.local(when)
        return f"{dates.day(local.date(), self.lang)}, {local:%H:%M}"

    def local(self, when: datetime) -> datetime:
        """A moment that the mart holds in UTC, in the company's time zone."""
        return when.replace(tzinfo=when.tzinfo or UTC).astimezone(self.zone)


@cache
def _words(area: str) -> Mapping[Language, Mapping[str, str]]:
    import yaml

    return yaml.safe_load((WORDS / f"{area}.yml").read_text(encoding="utf-8"))
