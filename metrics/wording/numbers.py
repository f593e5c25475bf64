"""How numbers of a KPI are written for people, in English (1,234.5) and in Spanish (1.234,5)."""

from __future__ import annotations

from typing import Literal

from metrics.wording.text import Words

Language = Literal["en", "es"]
NOTHING = "–"
_SPANISH = str.maketrans(",.", ".,")
# a Spanish billón is an English trillion, and a thousand millions have no word of their own
_SCALES: dict[Language, tuple[tuple[float, str], ...]] = {
    "en": ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"), (1.0, "")),
    "es": ((1e12, " B"), (1e6, " M"), (1e3, " mil"), (1.0, "")),
}


def value(number: float | None, unit: str | None, currency: str | None = None, lang: Language = "en") -> str:
    """Write a KPI's value in its unit, ``2.9%`` or ``2,9 %``; a percent is stored as a fraction."""
    if number is None:
        return NOTHING
    if unit == "percent":
        return _percent(number, "", lang, _digits(number * 100, 1))
    return _amount(number, unit, currency, "", lang)


def both(number: float | None, unit: str | None, currency: str | None = None) -> Words:
    """Write a KPI's value in its unit, in both languages."""
    return Words(value(number, unit, currency, "en"), value(number, unit, currency, "es"))


def share(number: float | None, lang: Language = "en") -> str:
    """Write a share of a whole, such as progress, in whole percent: ``42%``, ``42 %``."""
    return NOTHING if number is None else _percent(number, "", lang, digits=0)


def chance(number: float | None, lang: Language = "en") -> str:
    """Write a chance in whole percent, and never as certain, which nothing to come is: ``>99%``, ``<1 %``."""
    if number is None or 0.005 <= number <= 0.995:
        return share(number, lang)
    return f">{share(0.99, lang)}" if number > 0.5 else f"<{share(0.01, lang)}"


def change(number: float | None, before: float | None, unit: str | None, lang: Language = "en") -> str:
    """Write a change against ``before``: in points for a percent or a score, else in percent of it.

    A score such as the NPS may be 0 or below, of which no percent means anything.
    """
    if number is None or before is None:
        return NOTHING
    if unit in ("percent", "score"):
        return difference(number - before, unit, None, lang)
    return _percent((number - before) / abs(before), "+", lang) if before else NOTHING


def difference(
    number: float, unit: str | None, currency: str | None = None, lang: Language = "en", signed: bool = True
) -> str:
    """Write a difference of two values in their unit, ``+0.4 pp`` or ``+0,4 pp``; without its sign if not ``signed``.

    It has up to four decimals where it takes them to tell it from nothing.
    """
    number, sign = (number, "+") if signed else (abs(number), "")
    if unit == "percent":
        return f"{_number(number * 100, _digits(number * 100, 1), sign, lang)} pp"
    return _amount(number, unit, currency, sign, lang)


def mark(number: float, step: float, unit: str | None, lang: Language = "en") -> str:
    """Write a mark of an axis as short as its distance to the next one, ``step``, allows: ``1.5K``, ``1,5 mil``."""
    if unit == "percent":
        return _percent(number, "", lang, _decimals(step * 100))
    scale, word = next(((s, w) for s, w in _SCALES[lang] if abs(number) >= s), (1.0, ""))
    return f"{_number(number / scale, _decimals(step / scale) if number else 0, '', lang)}{word}"


def _decimals(step: float) -> int:
    """Return how many decimals tell the multiples of a step apart: 0 of 5, 1 of 0.5, 2 of 0.25."""
    return next((digits for digits in range(12) if abs(round(step, digits) - step) < step * 1e-6), 12)


def duration(seconds: float) -> str:
    """Write how long something took or lasts, by its two largest units: ``25 s``, ``3 min 12 s``, ``2 h``, ``9 d 4 h``.

    The signs are those of both languages; hours go to three days, since freshness is promised in hours.
    """
    for size, sign, smaller, below in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        if seconds >= (3 * size if sign == "d" else size):
            whole, rest = divmod(int(seconds), size)
            return f"{whole} {sign} {rest // smaller} {below}" if rest >= smaller else f"{whole} {sign}"
    return f"{int(seconds)} s" if seconds >= 1 else "<1 s"


def _percent(number: float, sign: str, lang: Language, digits: int = 1) -> str:
    return f"{_number(number * 100, digits, sign, lang)}{' %' if lang == 'es' else '%'}"


def _amount(number: float, unit: str | None, currency: str | None, sign: str, lang: Language) -> str:
    if unit == "currency":
        digits = 0 if abs(number) >= 1000 else 2
        return f"{_number(number, digits, sign, lang)} {currency or ''}".rstrip()
    if unit in ("seconds", "hours", "days"):
        return f"{_number(number, 1, sign, lang)} {unit[0]}"
    if unit == "count":
        return _number(number, 0, sign, lang)
    return _number(number, _digits(number, 1), sign, lang)


def _digits(number: float, usual: int) -> int:
    """Return how many decimals show that a number is not 0: the usual, else up to 4, and the usual where 4 do not."""
    return next((digits for digits in (usual, 2, 3, 4) if round(abs(number), digits) > 0), usual)


def _number(number: float, digits: int, sign: str, lang: Language) -> str:
    text = f"{number:{sign},.{digits}f}".replace("-", "−")
    if not text.strip("+−0.,"):
        text = text.strip("+−")  # nothing is neither more nor less
    return text.translate(_SPANISH) if lang == "es" else text
