"""Why a KPI changed, as a sentence in English and in Spanish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from metrics.calendar import Grain
from metrics.steering.drivers.naming import MOST
from metrics.wording import dates, numbers
from metrics.wording.numbers import Language
from metrics.wording.text import Words
from metrics.wording.vocabulary import sliced_by

# The lesser of two effects is told too where it is at least this share of what the segments contributed.
TOLD_TOO = 1 / 4
_BEFORE: dict[tuple[str, str], Words] = {
    ("previous", "day"): Words("the day before", "el día anterior"),
    ("previous", "week"): Words("the week before", "la semana anterior"),
    ("previous", "month"): Words("the month before", "el mes anterior"),
    ("previous", "quarter"): Words("the quarter before", "el trimestre anterior"),
    ("previous", "year"): Words("the year before", "el año anterior"),
    ("year_ago", "day"): Words("the same weekday of the year before", "el mismo día de la semana del año anterior"),
    ("year_ago", "week"): Words("the same week of the year before", "la misma semana del año anterior"),
    ("year_ago", "month"): Words("the same month of the year before", "el mismo mes del año anterior"),
    ("year_ago", "quarter"): Words("the same quarter of the year before", "el mismo trimestre del año anterior"),
    ("year_ago", "year"): Words("the year before", "el año anterior"),
}
_USUAL = Words(", within its usual variation", ", dentro de su variación habitual")
_NOT_JUDGED = Words(
    "; there are too few earlier periods to tell whether that is usual",
    "; hay muy pocos periodos anteriores para saber si es lo habitual",
)
_LACKING = Words(
    "; data of one of the periods is missing, so that the change may be no change",
    "; faltan datos de uno de los periodos, así que puede no haber cambio",
)
_UNUSUAL = Words(", more than it usually does", ", más de lo habitual")
_WIDESPREAD = Words(": no segment of it stands out", ": no destaca ningún segmento")
_SHARES_ES = {
    "grew": ("aumentó", "aumentaron"),
    "shrank": ("disminuyó", "disminuyeron"),
    "changed": ("cambió", "cambiaron"),
}
_RATES_ES = {"rose": ("subió", "subieron"), "fell": ("bajó", "bajaron")}


@dataclass(frozen=True)
class Kpi:
    """How a KPI is called and written."""

    label: Words
    unit: str | None
    currency: str | None


@dataclass(frozen=True)
class Segment:
    """A segment that is named; contribution and effects in the KPI's unit, ``weight_change`` as a share."""

    slice_value: str
    contribution: float
    mix_effect: float | None
    rate_effect: float | None
    weight_change: float


@dataclass(frozen=True)
class Explanation:
    """A change of a KPI against an earlier period, and the segments of one slice that are named for it.

    ``is_whole`` tells whether no day of either period is missing, ``is_judged`` whether there are earlier changes
    enough to call one unusual, ``is_unusual`` whether it is, ``is_hidden`` whether the others made up for the segments.
    """

    grain: Grain
    first: date
    last: date
    compare: str
    value: float
    change: float
    is_whole: bool
    is_judged: bool
    is_unusual: bool
    has_slices: bool
    slice: str | None
    segments: tuple[Segment, ...]
    is_hidden: bool = False

    @property
    def is_notable(self) -> bool:
        """Whether there is something to say of it beyond that it is so."""
        return self.is_unusual or bool(self.segments)

    @property
    def explained(self) -> float | None:
        """The share of the change that the named segments contributed, None if none is or nothing changed."""
        named = sum(segment.contribution for segment in self.segments)
        return named / self.change if self.segments and self.change else None

    @property
    def effect(self) -> str | None:
        """``mix`` or ``rate``, whichever did more in the named segments; None of a sum and without them."""
        if not self.segments or self.segments[0].mix_effect is None:
            return None
        return "mix" if abs(self.mix) > abs(self.rate) else "rate"

    @property
    def mix(self) -> float:
        """What the named segments contributed by their weights."""
        return sum(segment.mix_effect or 0 for segment in self.segments)

    @property
    def rate(self) -> float:
        """What the named segments contributed by their own rates."""
        return sum(segment.rate_effect or 0 for segment in self.segments)


def sentence(kpi: Kpi, explained: Explanation) -> Words:
    """Say how a KPI changed, on which segments, and whether by their shares or by themselves."""
    return Words(_said(kpi, explained, "en"), _said(kpi, explained, "es"))


def _said(kpi: Kpi, explained: Explanation, lang: Language) -> str:
    return f"{_moved(kpi, explained, lang)}{_why(kpi, explained, lang)}."


def _moved(kpi: Kpi, explained: Explanation, lang: Language) -> str:
    value = numbers.value(explained.value, kpi.unit, kpi.currency, lang)
    amount = numbers.difference(explained.change, kpi.unit, kpi.currency, lang, signed=False)
    when = _in(dates.in_period(explained.grain, explained.first, explained.last), lang)
    before = _in(_BEFORE[explained.compare, explained.grain], lang)
    is_change = any(digit in "123456789" for digit in amount)  # what is written as nothing is none
    if lang == "en":
        moved = f"{'rose' if explained.change > 0 else 'fell'} {amount} to" if is_change else "stayed at"
        return f"{kpi.label.en} {moved} {value} {when} against {before}"
    moved = f"{'subió' if explained.change > 0 else 'bajó'} {amount}, hasta {value}," if is_change else ""
    return f"{kpi.label.es}: {moved or f'se mantuvo en {value}'} {when} frente {_to(before)}"


def _why(kpi: Kpi, explained: Explanation, lang: Language) -> str:
    if explained.segments:
        return f"{_named(kpi, explained, lang)}{_effects(kpi, explained, lang)}"
    if explained.is_unusual:
        return _in(_UNUSUAL, lang) + (_in(_WIDESPREAD, lang) if explained.has_slices else "")
    if not explained.is_whole:
        return _in(_LACKING, lang)
    return _in(_USUAL if explained.is_judged else _NOT_JUDGED, lang)


def _named(kpi: Kpi, explained: Explanation, lang: Language) -> str:
    named = [
        f"{segment.slice_value} ({numbers.difference(segment.contribution, kpi.unit, kpi.currency, lang)})"
        for segment in explained.segments
    ]
    things = f"{_in(sliced_by(explained.slice or ''), lang)} {_listed(named, lang)}"
    if explained.is_hidden:
        return f", while the others made up for {things}" if lang == "en" else f", y lo demás compensó {things}"
    is_most = (explained.explained or 0) >= MOST
    how = Words("mostly on", "sobre todo por") if is_most else Words("in part on", "en parte por")
    return f", {_in(how, lang)} {things}"


def _effects(kpi: Kpi, explained: Explanation, lang: Language) -> str:
    """Say what of the segments changed, what did more first."""
    if explained.effect is None:
        return ""
    whole = explained.mix + explained.rate
    effects = ((explained.mix, _shares(explained, lang)), (explained.rate, _rates(kpi, explained, lang)))
    told = sorted(effects, key=lambda effect: -effect[0] / whole)
    return ": " + _listed([words for size, words in told if size / whole >= TOLD_TOO], lang)


def _shares(explained: Explanation, lang: Language) -> str:
    moves = {segment.weight_change > 0 for segment in explained.segments}
    move = "changed" if len(moves) > 1 else "grew" if True in moves else "shrank"
    is_one = len(explained.segments) == 1
    if lang == "en":
        return f"{'its share' if is_one else 'their shares'} of the whole {move}"
    noun = "su peso" if is_one else "sus pesos"
    return f"{_SHARES_ES[move][not is_one]} {noun} en el total"


def _rates(kpi: Kpi, explained: Explanation, lang: Language) -> str:
    move = "rose" if explained.rate > 0 else "fell"
    is_many, is_rate = len(explained.segments) > 1, kpi.unit == "percent"
    if lang == "en":
        noun = "rate" if is_rate else "value"
        return f"{f'their own {noun}s' if is_many else f'its own {noun}'} {move}"
    nouns = ("su propia tasa", "sus propias tasas") if is_rate else ("su propio valor", "sus propios valores")
    return f"{_RATES_ES[move][is_many]} {nouns[is_many]}"


def _listed(things: Sequence[str], lang: Language) -> str:
    joined: Mapping[Language, str] = {"en": " and ", "es": " y "}
    return joined[lang].join(filter(None, (", ".join(things[:-1]), things[-1])))


def _to(words: str) -> str:
    """``a`` before a noun with its article in Spanish."""
    return f"al {words[3:]}" if words.startswith("el ") else f"a {words}"


def _in(words: Words, lang: Language) -> str:
    return words.en if lang == "en" else words.es
