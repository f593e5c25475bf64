"""What dbt is told of kpi_catalog: its columns, and for the lineage what each KPI reads."""

from collections.abc import Iterable, Mapping
from typing import Any

from metrics.compiler.inputs import Input, Reads
from metrics.compiler.write.described import KEYS, column, model

_CATALOG = {
    "kpi": KEYS["kpi"],
    "version": "Version of the definition.",
    "kind": "kpi (promised) or metric (tracked).",
    "parents": "KPIs that this one is a part of or serves, separated by commas.",
    "drives": "KPIs that are thought to follow this one, separated by commas.",
    "slices": "Dimensions by which values exist, separated by commas.",
    "grains": "Grains at which values exist, separated by commas.",
    "models": "Facts and dimensions that it is computed from, separated by commas.",
    "columns": "Columns of them that it reads, as `model.column`, separated by commas.",
    "days": "Day columns of its facts that place a row in a period, as `fact.column`, separated by commas.",
    "states": "Models that its values are merged from, separated by commas.",
    "min_persons": "Persons that a slice value needs to be published; NULL where nobody can be recognised in it.",
    "coverage_of": "KPI of whose value in the same period the denominator must be a share to be measurable.",
    "coverage_at_least": "The least such share, as a fraction.",
    "entities": "Conformed entities without which it cannot be measured, separated by commas.",
    "formula": "How it is computed, in words.",
    "formula_sql": "How it is computed, as SQL over the rows of a period.",
    "is_additive": "Whether the values of days sum to those of longer periods, so that targets are spread over days.",
    "definition_hash": "Fingerprint of the formula: changes when the number means something else.",
    "review_grain": "Grain of the period that a review looks at.",
    "has_total": "Whether values exist without a slice.",
    "freshness_hours": "Age of the newest input at which the KPI is no longer up to date.",
    "matures_after_days": "Days after a period's end until its outcomes are all in.",
}


def catalog_model(names: Iterable[str], reads: Mapping[str, Reads]) -> dict[str, Any]:
    """The model; ``reads`` is KPI → what it reads."""
    columns = [column(name, _CATALOG.get(name, f"The contract's {name.replace('_', ' ')}.")) for name in names]
    columns[0]["data_tests"] = ["not_null", "unique"]
    text = "One row per KPI or tracked metric: its contract and how it is computed."
    meta = {"reads": {kpi: _reads(found) for kpi, found in reads.items()}}
    return model("kpi_catalog", text, columns) | {"config": {"meta": meta}}


def _reads(reads: Reads) -> dict[str, Any]:
    """What the lineage has to know of a KPI; names as the catalogue has them, separated by commas."""
    names = {"entities": ", ".join(reads.entities), "states": ", ".join(reads.states)}
    return {**names, "inputs": [_input(each) for each in reads.inputs]}


def _input(read: Input) -> dict[str, Any]:
    fixed = {"constants": {name: list(values) for name, values in read.constants.items()}} if read.constants else {}
    return {"topic": read.topic, "columns": ", ".join(read.columns), **fixed}
