"""Every KPI and tracked metric as an asset of the catalogue: what it means, who answers for it, what it promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dagster import AssetCheckSpec, AssetKey, AssetSpec, FreshnessPolicy, MetadataValue
from dagster._core.definitions.utils import is_valid_owner

from orchestration.assets.checks import MART
from orchestration.dbt.project import DbtProject
from orchestration.errors import shown
from orchestration.querying.rows import Row
from orchestration.reports.catalogue import catalogue, names
from orchestration.reports.target_words import target_words

if TYPE_CHECKING:
    from metrics.contracts import Contract
    from orchestration.company import Company

TAGS = ("kind", "lifecycle", "tier", "timing", "perspective", "review", "objective", "company_level")
CHECKS = {
    "measurable": "Its inputs exist, have enough rows and no gaps, and every blocking check on their way passed.",
    "up_to_date": "Its newest input is younger than its freshness limit.",
    "definition_approved": "Its definition is the one that kpis.lock approves.",
    "certified": "It is measurable, up to date, and its definition is approved.",
}


def kpi_key(kpi: str) -> AssetKey:
    """Return the key of a KPI's asset."""
    return AssetKey(["kpi", kpi])


def kpi_specs(company: Company, project: DbtProject, models: Iterable[AssetKey]) -> list[AssetSpec]:
    """Return an asset for every row of the compiled catalogue, downstream of the mart and of the models it reads."""
    from metrics.contracts import read_contracts

    contracts = {contract.name: contract for contract in read_contracts(company.kpis).contracts}
    keys = {key.path[-1]: key for key in models}
    return [_spec(row, contracts.get(row["kpi"]), keys) for row in catalogue(project.manifest)]


def check_specs(kpis: Iterable[AssetSpec]) -> list[AssetCheckSpec]:
    """Return the checks of KPIs: the parts of a certificate, and the certificate."""
    return [AssetCheckSpec(name, asset=kpi.key, description=words) for kpi in kpis for name, words in CHECKS.items()]


def _spec(row: Row, contract: Contract | None, models: Mapping[str, AssetKey]) -> AssetSpec:
    return AssetSpec(
        kpi_key(row["kpi"]),
        deps=[MART, *(models[name] for name in names(row["models"]) if name in models)],
        group_name=row["department"],
        kinds={row["kind"]},
        owners=_owners(row),
        tags={tag: str(row[tag]).lower()[:63] for tag in TAGS if row[tag] is not None},
        description=_description(row),
        metadata=dict(_metadata(row, contract)),
        # no run can show newer input than itself: a mart older than the limit is out of date whatever it says
        freshness_policy=FreshnessPolicy.time_window(fail_window=timedelta(hours=row["freshness_hours"])),
        skippable=True,
    )


def _owners(row: Row) -> list[str]:
    """Return team and address; Dagster takes fewer addresses than there are."""
    return [owner for owner in (row["owner_email"], f"team:{row['owner_team']}") if is_valid_owner(owner)]


def _description(row: Row) -> str:
    """Return what the KPI asks, what is counted, and the formula; lists of assets show how it begins, as plain text."""
    english, spanish = ("\n\n".join(_paragraphs(row, lang)) for lang in ("en", "es"))
    return f"{english}\n\nFormula: *{row['formula']}*\n\n---\n\n{spanish}"


def _paragraphs(row: Row, lang: str) -> list[str]:
    label, question = row[f"label_{lang}"], row[f"question_{lang}"]
    return [f"{label}: {question}" if question else f"{label}.", row[f"description_{lang}"]]


def _metadata(row: Row, contract: Contract | None) -> Iterator[tuple[str, MetadataValue]]:
    yield "formula", MetadataValue.text(row["formula"])
    yield "formula_sql", MetadataValue.md(f"```sql\n{row['formula_sql']}\n```")
    yield "owner", MetadataValue.text(f"{row['owner_team']} <{row['owner_email']}>")
    for lang, targets in _targets(row, contract):
        yield f"targets_{lang}", MetadataValue.md(targets)
    for column in ("unit", "currency", "direction", "grains", "slices", "parents", "metric", "models", "successor"):
        if row[column]:
            yield column, MetadataValue.text(row[column])
    yield "freshness", MetadataValue.text(f"input not older than {row['freshness']}")
    if row["min_sample"]:
        yield "min_sample", MetadataValue.int(row["min_sample"])
    for lang in ("en", "es"):
        if row[f"playbook_{lang}"]:
            yield f"playbook_{lang}", MetadataValue.text(row[f"playbook_{lang}"])
    yield "version", MetadataValue.text(f"{row['version']} ({row['definition_hash']})")
    if contract:
        yield "contract", MetadataValue.text(f"{shown(Path(contract.file))}:{contract.lines[contract.path]}")


def _targets(row: Row, contract: Contract | None) -> Iterator[tuple[str, str]]:
    """Yield a list of the targets per language; none for what promises nothing."""
    targets = getattr(contract.body, "targets", ()) if contract else ()
    for lang in ("en", "es") if targets else ():
        yield lang, "\n".join(f"- {target_words(target, row['unit'], row['currency'], lang)}" for target in targets)
