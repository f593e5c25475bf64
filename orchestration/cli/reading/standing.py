"""How a KPI keeps what is promised of it, in words: its latest complete period, its course, and its goal under way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from metrics.wording import dates
from metrics.wording.numbers import Language, difference, value
from metrics.wording.vocabulary import status
from orchestration.querying.rows import Row, rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CARD = "select * from kpi_scorecard where kpi = ?"
_WORDS = {
    "en": {
        "period": "{status} {when}: {value}",
        "target": "{value}, target {target}",
        "band": "{low} to {high}",
        "attained": "attained {share}",
        "kept": "{count} periods in a row on target",
        "missed": "{count} periods in a row not on target",
        "up": "rises by {slope} a period ({sure} sure)",
        "down": "falls by {slope} a period ({sure} sure)",
        "flat": "neither rises nor falls",
        "to_date": "{value} to date for {period}",
        "goal": "{value} to date, target {target} for {period}",
        "pace": "expected by now {expected}, pace {pace}",
    },
    "es": {
        "period": "{status} {when}: {value}",
        "target": "{value}, meta {target}",
        "band": "de {low} a {high}",
        "attained": "alcanzada al {share}",
        "kept": "{count} periodos seguidos en la meta",
        "missed": "{count} periodos seguidos fuera de la meta",
        "up": "sube {slope} por periodo (seguro al {sure})",
        "down": "baja {slope} por periodo (seguro al {sure})",
        "flat": "ni sube ni baja",
        "to_date": "{value} hasta ahora para {period}",
        "goal": "{value} hasta ahora, meta de {target} para {period}",
        "pace": "se esperaba {expected}, ritmo {pace}",
    },
}


def standing(con: DuckDBPyConnection, definition: Row, lang: Language) -> Iterator[tuple[str, str]]:
    """Say of a KPI's scorecard (what, words): status, trend and goal; nothing for what is on no scorecard."""
    for card in rows(con, _CARD, [definition["kpi"]]):
        if card["period_start"]:
            yield "status", _status(card, definition, lang)
        if card["trend"]:
            yield "trend", _trend(card, definition, lang)
        if card["goal_start"]:
            yield "goal", goal(card, definition, lang)


def goal(card: Row, unit: Row, lang: Language) -> str:
    """Say how much of the longest promise under way is reached, and the pace of what adds up.

    ``unit`` has unit and currency of the KPI.
    """
    words = _WORDS[lang]
    period = dates.period(card["goal_grain"], card["goal_start"], card["goal_end"], lang)
    target = _amount(card["goal_target"], unit, lang)
    said = words["to_date" if card["goal_target"] is None else "goal"].format(
        value=_amount(card["goal_value"], unit, lang), target=target, period=period
    )
    if card["pace"] is None:
        return said
    pace = value(card["pace"], "percent", None, lang)
    return f"{said}; {words['pace'].format(expected=_amount(card['goal_expected'], unit, lang), pace=pace)}"


def target_of(card: Row, unit: Row, lang: Language) -> str:
    """Write the target of a row, or its two bounds; a dash where there is none."""
    low, high = (_amount(card[name], unit, lang) for name in ("target_low", "target_high"))
    is_band = card["target_low"] is not None
    return _WORDS[lang]["band"].format(low=low, high=high) if is_band else _amount(card["target"], unit, lang)


def gap_of(card: Row) -> tuple[float | None, float | None]:
    """The value of a row and the bound that it is compared with: its target, or the nearest of two bounds."""
    low, high, number = card["target_low"], card["target_high"], card["value"]
    if low is None or number is None:
        return number, card["target"]
    return number, min(max(number, low), high)


def _status(card: Row, definition: Row, lang: Language) -> str:
    words, word = _WORDS[lang], card["status"] or card["status_reason"] or "no_target"
    when = dates.in_period(card["grain"], card["period_start"], card["period_end"])
    number = _amount(card["value"], definition, lang)
    if card["target"] is not None or card["target_low"] is not None:
        number = words["target"].format(value=number, target=target_of(card, definition, lang))
    said = [words["period"].format(status=status(word, lang), when=when.en if lang == "en" else when.es, value=number)]
    if card["attainment"] is not None:
        said.append(words["attained"].format(share=value(card["attainment"], "percent", None, lang)))
    if abs(card["streak"] or 0) > 1:
        said.append(words["kept" if card["streak"] > 0 else "missed"].format(count=abs(card["streak"])))
    return "; ".join(said)


def _trend(card: Row, definition: Row, lang: Language) -> str:
    slope = difference(card["trend_slope"], definition["unit"], definition["currency"], lang, signed=False)
    sure = value(card["trend_confidence"], "percent", None, lang)
    return _WORDS[lang][card["trend"]].format(slope=slope, sure=sure)


def _amount(number: float | None, unit: Row, lang: Language) -> str:
    return value(number, unit["unit"], unit["currency"], lang)
