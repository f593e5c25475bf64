"""What a KPI is expected to come to, and whether its target was ever attainable, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from metrics.calendar import GRAINS
from metrics.wording.numbers import Language, chance, value
from orchestration.querying.rows import Row, rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# The next period of the coarsest promise, with its target's judgement.
_NEXT = f"""
    select f.*, t.attainability, t.attainability_verdict
    from kpi_forecasts as f
    left join kpi_targets as t
        on f.kpi = t.kpi and f.grain = t.grain and f.period_start = t.period_start and t.slice = ''
    where f.kpi = ?
    order by list_position({list(GRAINS)}, f.grain) desc, f.period_start
    limit 1
"""
_WORDS = {
    "en": {
        "expected": "{forecast} ({lower} to {upper}) by {end}",
        "chance": "{chance} likely on target",
        "rests": "{method}, known to {known_to}",
        "too_easy": "its target was too easy when it was set: reached in {share} of futures",
        "not_attainable": "its target was not attainable when it was set: reached in {share} of futures",
    },
    "es": {
        "expected": "{forecast} (de {lower} a {upper}) hasta el {end}",
        "chance": "cumple la meta con una probabilidad del {chance}",
        "rests": "{method}, con datos hasta el {known_to}",
        "too_easy": "su meta era demasiado fácil cuando se fijó: se alcanza en el {share} de las simulaciones",
        "not_attainable": "su meta no era alcanzable cuando se fijó: se alcanza en el {share} de las simulaciones",
    },
}

_BY = re.compile(r"(?<= )by (day|week|month|quarter)\b")
_FINER_ES = {"day": "por días", "week": "por semanas", "month": "por meses", "quarter": "por trimestres"}


def outlook(con: DuckDBPyConnection, definition: Row, lang: Language) -> str | None:
    """Say what the next period of a KPI's goal is expected to come to; None for one that is not forecast."""
    for row in rows(con, _NEXT, [definition["kpi"]]):
        return "; ".join(part for part in _parts(row, definition, lang) if part)
    return None


def _parts(row: Row, definition: Row, lang: Language) -> tuple[str | None, ...]:
    words = _WORDS[lang]
    unit, currency = definition["unit"], definition["currency"]
    numbers = {name: value(row[name], unit, currency, lang) for name in ("forecast", "lower", "upper")}
    likely, verdict = row["probability_on_target"], row["attainability_verdict"]
    return (
        words["expected"].format(end=row["period_end"], **numbers),
        None if likely is None else words["chance"].format(chance=chance(likely, lang)),
        words[verdict].format(share=chance(row["attainability"], lang)) if verdict in words else None,
        words["rests"].format(method=_method(row["method"], lang), known_to=row["known_to"]),
    )


def _method(name: str, lang: Language) -> str:
    """The name of a method, with the periods that it was worked out by in words."""
    return _BY.sub(lambda by: _FINER_ES[by[1]], name) if lang == "es" else name
