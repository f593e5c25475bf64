"""Checks that publishing judges, each on the asset that it concerns: how fresh raw tables are, and what no model holds.

What a run's own steps judge they report themselves: raw tables, models, the mart and the KPIs.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckKey,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    multi_asset_check,
)

from orchestration.assets.sources import source_key
from orchestration.dbt.project import DbtProject
from orchestration.declarations.sources import Sources
from orchestration.personal_data.check import NAME as NO_PERSONAL_DATA
from orchestration.reports.published_checks import published_checks
from orchestration.resources import RunResource

FRESH = "fresh"
WORDS = {
    FRESH: "The newest event is younger than the table's limit, at the run's now.",
    NO_PERSONAL_DATA: "No value of a column that is marked as personal, and no address of a person, is in it.",
}
MART = AssetKey("published_mart")


def proof_checks(sources: Sources, project: DbtProject, models: Iterable[AssetKey]) -> list[AssetChecksDefinition]:
    """Return the checks as one op that runs after publication; none where there is nothing to check."""
    objects = dict(_fresh(sources)) | dict(_private(sources, project, models))
    if not objects:
        return []
    specs = [
        AssetCheckSpec(key.name, asset=key.asset_key, description=WORDS[key.name], additional_deps=[MART])
        for key in objects
    ]

    @multi_asset_check(name="proof", specs=specs, can_subset=True)
    def report_checks(context: AssetCheckExecutionContext, kpi_run: RunResource) -> Iterator[AssetCheckResult]:
        company = kpi_run.run.company
        if company.as_of_folder:
            context.log.info("this run's mart lies beside the published one, which the catalogue goes on showing")
            return
        found = published_checks(company.published)
        for key in sorted(context.selected_asset_check_keys & objects.keys()):
            row = found.get((objects[key], key.name))
            yield check_result(row, key) if row else not_judged(key)

    return [report_checks]


def check_result(row: Mapping[str, Any], key: AssetCheckKey) -> AssetCheckResult:
    """Say a row of kpi_checks as the result of an asset's check; a failed one names the KPIs that it can hurt."""
    metadata: dict[str, Any] = {"observed": row["observed"]} if row["observed"] else {}
    if not row["passed"]:
        metadata |= {"kpis": ", ".join(row["kpis"])} if row["kpis"] else {}
        metadata |= {"failed_rows": row["failed_rows"]} if row["failed_rows"] is not None else {}
    return AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=row["passed"],
        severity=AssetCheckSeverity(row["severity"].upper()),
        description=None if row["passed"] else row["observed"],
        metadata=metadata,
    )


def not_judged(key: AssetCheckKey) -> AssetCheckResult:
    """Say that the published mart knows nothing of a check, which stops nothing."""
    return AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=False,
        severity=AssetCheckSeverity.WARN,
        description="the published mart has not judged it",
    )


def _fresh(sources: Sources) -> Iterator[tuple[AssetCheckKey, str]]:
    """Yield the check of every table with a freshness limit, and what kpi_checks calls the table."""
    for table in sources.pulled():
        if table.freshness:
            yield AssetCheckKey(source_key(table.system, table.name), FRESH), f"{table.system}.{table.name}"


def _private(sources: Sources, project: DbtProject, models: Iterable[AssetKey]) -> Iterator[tuple[AssetCheckKey, str]]:
    """Yield the check of every fact, dimension and staged table of personal data, and what kpi_checks calls it."""
    staged = {f"stg_{t.system}__{t.name}" for t in sources.tables() if any(column.pii for column in t.columns)}
    for key in models:
        if key.path[0] == "marts" or key.path[-1] in staged:
            yield AssetCheckKey(key, NO_PERSONAL_DATA), key.path[-1]
