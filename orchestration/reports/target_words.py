"""A target of a contract in words, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metrics.wording import numbers

if TYPE_CHECKING:
    from metrics.contracts.targets import Basis, Target

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "each": {},
        "over": {"previous_year": "over the year before", "previous_period": "over the period before"},
        "from": "from",
        "at_risk": "at risk from",
        "basis": "basis",
        "set_at": "set on",
        "spread": {"working_days": "spread over working days", "last_year": "spread as last year was"},
    },
    "es": {
        "each": {
            "each day": "cada día",
            "each week": "cada semana",
            "each month": "cada mes",
            "each quarter": "cada trimestre",
            "each year": "cada año",
        },
        "over": {"previous_year": "sobre el año anterior", "previous_period": "sobre el periodo anterior"},
        "from": "desde",
        "at_risk": "en riesgo desde",
        "basis": "base",
        "set_at": "fijada el",
        "spread": {"working_days": "repartida por días laborables", "last_year": "repartida como el año pasado"},
    },
}


def target_words(target: Target, unit: str, currency: str | None, lang: numbers.Language) -> str:
    """Say a target: ``each week: +5% over the year before, at risk from 95%, basis: 2 agents trained``."""
    words = WORDS[lang]
    if target.low is not None or target.high is not None:
        promised = f"{_amount(target.low, unit, currency, lang)} … {_amount(target.high, unit, currency, lang)}"
    else:
        promised = _amount(target.value, unit, currency, lang)
    parts = [
        f"{words['each'].get(target.period, target.period)}{_slice(target)}: {promised}",
        words["over"][target.over] if target.over else "",
        f"{words['from']} {_amount(target.baseline, unit, currency, lang)}" if target.baseline is not None else "",
    ]
    basis = _basis(target.basis, currency, lang)
    more = [
        " ".join(part for part in parts if part),
        words["spread"].get(target.spread, ""),
        f"{words['at_risk']} {_percent(f'{target.at_risk:.0%}', lang)}",
        f"{words['set_at']} {target.set_at}" if target.set_at else "",
        f"{words['basis']}: {basis}" if basis else "",
    ]
    return ", ".join(part for part in more if part)


def _slice(target: Target) -> str:
    name, slice_value = target.of
    return f" ({name} = {slice_value})" if name else ""


def _amount(given: float | str | None, unit: str, currency: str | None, lang: numbers.Language) -> str:
    return _percent(given, lang) if isinstance(given, str) else numbers.value(given, unit, currency, lang)


def _percent(written: str, lang: numbers.Language) -> str:
    """A percentage as it is written in a definition (+2.5%), in a language."""
    return written.replace(".", ",").replace("%", " %") if lang == "es" else written


def _basis(basis: Basis | None, currency: str | None, lang: numbers.Language) -> str:
    if basis is None:
        return ""
    budget = numbers.value(basis.budget, "currency", currency, lang) if basis.budget is not None else ""
    return ", ".join(part for part in (basis.team, budget, basis.time) if part)
