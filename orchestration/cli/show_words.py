"""The words that stand beside what `kpi show` says, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orchestration.cli import terminal

if TYPE_CHECKING:
    from metrics.contracts.targets import Basis, Target

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "question": "Question",
        "description": "Meaning",
        "formula": "Formula",
        "unit": "Unit",
        "target": "Target",
        "objective": "Objective",
        "role": "Role",
        "owner": "Owner",
        "review": "Review",
        "grains": "Grains",
        "slices": "Slices",
        "data": "Data",
        "parents": "Parents",
        "lineage": "Lineage",
        "playbook": "Playbook",
        "definition": "Definition",
        "lifecycle": "Lifecycle",
        "version": "version",
        "since": "since",
        "successor": "successor",
        "company": "on the company scorecard",
        "freshness": "not older than",
        "min_sample": "sample of at least",
        "min_persons": "slices of at least persons:",
        "matures_after": "matures after",
        "over": {"previous_year": "over the year before", "previous_period": "over the period before"},
        "from": "from",
        "at_risk": "at risk from",
        "basis": "basis",
        "grain": "Grain",
        "period": "Period",
        "value": "Value",
        "change": "Change",
        "year_ago": "Year ago",
        "sample": "Sample",
        "course": "Last periods",
        "no_values": "no complete period has a total value",
    },
    "es": {
        "question": "Pregunta",
        "description": "Significado",
        "formula": "Fórmula",
        "unit": "Unidad",
        "target": "Meta",
        "objective": "Objetivo",
        "role": "Papel",
        "owner": "Responsable",
        "review": "Revisión",
        "grains": "Periodos",
        "slices": "Cortes",
        "data": "Datos",
        "parents": "Padres",
        "lineage": "Linaje",
        "playbook": "Qué hacer",
        "definition": "Definición",
        "lifecycle": "Estado",
        "version": "versión",
        "since": "desde",
        "successor": "sucesor",
        "company": "en el cuadro de la empresa",
        "freshness": "no más antiguos que",
        "min_sample": "muestra mínima",
        "min_persons": "personas por corte, al menos:",
        "matures_after": "madura tras",
        "over": {"previous_year": "sobre el año anterior", "previous_period": "sobre el periodo anterior"},
        "from": "desde",
        "at_risk": "en riesgo desde",
        "basis": "base",
        "grain": "Grano",
        "period": "Periodo",
        "value": "Valor",
        "change": "Cambio",
        "year_ago": "Hace un año",
        "sample": "Muestra",
        "course": "Últimos periodos",
        "no_values": "ningún periodo completo tiene un valor total",
    },
}


def target_words(target: Target, unit: str, currency: str | None, lang: str) -> str:
    """Say a target: ``each week: +5% over the year before, at risk from 95%, basis: 2 agents trained``."""
    words = WORDS[lang]
    if target.low is not None or target.high is not None:
        promised = f"{_amount(target.low, unit, currency)} … {_amount(target.high, unit, currency)}"
    else:
        promised = _amount(target.value, unit, currency)
    parts = [
        f"{target.period}: {promised}",
        words["over"][target.over] if target.over else "",
        f"{words['from']} {_amount(target.baseline, unit, currency)}" if target.baseline is not None else "",
    ]
    basis = _basis(target.basis, currency)
    more = [
        " ".join(part for part in parts if part),
        f"{words['at_risk']} {target.at_risk:.0%}",
        f"{words['basis']}: {basis}" if basis else "",
    ]
    return ", ".join(part for part in more if part)


def _amount(given: float | str | None, unit: str, currency: str | None) -> str:
    return given if isinstance(given, str) else terminal.value(given, unit, currency)


def _basis(basis: Basis | None, currency: str | None) -> str:
    if basis is None:
        return ""
    budget = terminal.value(basis.budget, "currency", currency) if basis.budget is not None else ""
    return ", ".join(part for part in (basis.team, budget, basis.time) if part)
