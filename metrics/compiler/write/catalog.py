"""The rows of kpi_catalog: a contract as SQL literals, by column."""

import hashlib
import json
from collections.abc import Iterable

from metrics.calendar import Calendar
from metrics.compiler.additivity import adds_up
from metrics.compiler.formulas import Conversion, Fact, Formula, Join, Leaf
from metrics.compiler.inputs import Reads
from metrics.compiler.write import literals
from metrics.compiler.write.formula_sql import in_sql
from metrics.compiler.write.formula_words import in_words
from metrics.contracts.loader import Contract
from metrics.contracts.models import Kpi
from metrics.contracts.words import duration_hours


def catalog_row(
    contract: Contract,
    formula: Formula,
    reads: Reads,
    calendar: Calendar,
) -> dict[str, str]:
    """Column → literal, in the order of the published table."""
    return (
        _identity(contract) | _promise(contract, calendar) | _measurement(contract, formula) | _origin(formula, reads)
    )


def _identity(contract: Contract) -> dict[str, str]:
    body = contract.body
    question = body.question if isinstance(body, Kpi) else None
    return {
        "kpi": literals.text(body.name),
        "version": literals.integer(body.version),
        "kind": literals.text("kpi" if isinstance(body, Kpi) else "metric"),
        "label_en": literals.text(body.label.en),
        "label_es": literals.text(body.label.es),
        "description_en": literals.text(body.description.en),
        "description_es": literals.text(body.description.es),
        "question_en": literals.text(question.en if question else None),
        "question_es": literals.text(question.es if question else None),
        "department": literals.text(contract.department),
    }


def _promise(contract: Contract, calendar: Calendar) -> dict[str, str]:
    body = contract.body
    kpi = body if isinstance(body, Kpi) else None
    owner, coverage = body.owner, body.quality.coverage
    return {
        "company_level": literals.boolean(kpi is not None and "company" in kpi.level),
        "tier": literals.text(body.tier),
        "perspective": literals.text(kpi.perspective if kpi else None),
        "timing": literals.text(kpi.timing if kpi else None),
        "unit": literals.text(body.unit),
        "currency": literals.text(calendar.currency if body.unit == "currency" else None),
        "direction": literals.text(kpi.direction if kpi else None),
        "owner_team": literals.text(owner.team if owner else None),
        "owner_email": literals.text(owner.email if owner else None),
        "objective": literals.text(kpi.objective if kpi else None),
        "parents": literals.names(body.parents),
        "drives": literals.names(kpi.drives if kpi else ()),
        "review": literals.text(body.review),
        "slices": literals.names(body.slices),
        "freshness": literals.text(body.quality.freshness),
        "min_sample": literals.integer(body.quality.min_sample),
        "min_persons": literals.integer(body.quality.min_persons),
        "coverage_of": literals.text(coverage.of if coverage else None),
        "coverage_at_least": literals.number(coverage.at_least if coverage else None),
        "has_total": literals.boolean(body.total),
        "matures_after": literals.text(body.matures_after),
        "lifecycle": literals.text(body.lifecycle),
        "successor": literals.text(body.successor),
    }


def _measurement(contract: Contract, formula: Formula) -> dict[str, str]:
    body = contract.body
    playbook = body.playbook if isinstance(body, Kpi) else None
    return {
        "metric": literals.text(body.metric),
        "formula": literals.text(in_words(formula)),
        "formula_sql": literals.text(in_sql(formula)),
        "is_additive": literals.boolean(adds_up(formula)),
        "playbook_en": literals.text(playbook.en if playbook else None),
        "playbook_es": literals.text(playbook.es if playbook else None),
        "definition_hash": literals.text(definition_hash(contract, formula)),
        "grains": literals.names(body.grains),
        "review_grain": literals.text(body.review_grain),
        "freshness_hours": literals.integer(duration_hours(body.quality.freshness)),
        "matures_after_days": literals.integer(duration_hours(body.matures_after) // 24),
        "needs_en": literals.text(body.quality.needs.en),
        "needs_es": literals.text(body.quality.needs.es),
    }


def _origin(formula: Formula, reads: Reads) -> dict[str, str]:
    """What it is computed from; publishing adds the raw tables, which only dbt's graph knows."""
    columns = sorted({column for each in reads.inputs for column in each.columns})
    return {
        "entities": literals.names(reads.entities),
        "models": literals.names(sorted({column.split(".")[0] for column in columns})),
        "columns": literals.names(columns),
        "days": literals.names(sorted({fact.topic for leaf in formula.leaves for fact in _facts(leaf)})),
        "states": literals.names(reads.states),
    }


def _facts(leaf: Leaf) -> tuple[Fact, ...]:
    """A conversion counts rows of a second fact."""
    return (leaf.fact, leaf.reading.fact) if isinstance(leaf.reading, Conversion) else (leaf.fact,)


def _joins(formula: Formula) -> Iterable[Join]:
    """The joins that the formula's own filters need."""
    return (join for leaf in formula.leaves if leaf.condition for join in leaf.condition.joins)


def definition_hash(contract: Contract, formula: Formula) -> str:
    """Fingerprint of what a KPI's number means: formula, days, unit and maturity; not its words or targets."""
    meaning = {
        "formula": in_sql(formula),
        "days": sorted(fact.topic for leaf in formula.leaves for fact in _facts(leaf)),
        "covered": sorted(leaf.name for leaf in formula.leaves if leaf.spine),
        "joins": sorted({f"{join.alias}: {join.fact_key} = {join.key}" for join in _joins(formula)}),
        "unit": contract.body.unit,
        "matures_after": contract.body.matures_after,
    }
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()[:16]
