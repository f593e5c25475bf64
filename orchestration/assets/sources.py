"""One asset per declared source table: what a run pulls, and what its checks say of how it stands."""

from typing import Any

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    AssetsDefinition,
    MaterializeResult,
    asset,
)

from metrics.steering.checks import Check
from orchestration.company import Company
from orchestration.declarations.sources import Sources, Table
from orchestration.declarations.suite_files import suite_of
from orchestration.progress import PROGRESS
from orchestration.pulling.judging import suites
from orchestration.pulling.pull import PullResult
from orchestration.raw_checks.source_checks import check_names, source_checks
from orchestration.resources import RunResource


def source_assets(company: Company, sources: Sources) -> list[AssetsDefinition]:
    """Return an asset for every table that has a pull of its own; its suite says which checks it has."""
    known = suites(company, sources)
    return [
        _source_asset(table, sources.systems[table.system].connector, check_names(table, suite_of(known, table)))
        for table in sources.pulled()
    ]


def source_key(system: str, table: str) -> AssetKey:
    """Return the key of a source table's asset, which dbt's source of that name shares."""
    return AssetKey(["raw", system, table])


def _source_asset(table: Table, connector: str, checks: dict[str, str]) -> AssetsDefinition:
    key = source_key(table.system, table.name)

    @asset(
        key=key,
        group_name=table.system,
        kinds={connector, "parquet"},
        description=f"Everything that {table.system} has delivered of {table.name} ({table.path}), as it landed.",
        check_specs=[AssetCheckSpec(name, asset=key, description=told) for name, told in checks.items()],
    )
    def pull(kpi_run: RunResource) -> MaterializeResult:
        run = kpi_run.run
        result = run.pull(table.system, table.name)
        with run.timed("checks"):
            found = source_checks(run.company, run.sources, table, run.request.as_of)
        PROGRESS.done(key.to_user_string())
        results = [_result(check) for check in found if check.name in checks]
        return MaterializeResult(metadata=_metadata(result), check_results=results)

    return pull


def _metadata(result: PullResult) -> dict[str, int]:
    return {
        "rows_in": result.rows_in,
        "rows_landed": result.rows_landed,
        "rows_quarantined": result.rows_quarantined,
        "batches": len(result.batches),
        "new_files": result.new_files,
    }


def _result(check: Check) -> AssetCheckResult:
    metadata: dict[str, Any] = {"observed": check.observed}
    if check.failed_rows is not None:
        metadata["failed_rows"] = check.failed_rows
    if check.reason:
        metadata |= {"reason_en": check.reason.en, "reason_es": check.reason.es}
    return AssetCheckResult(
        check_name=check.name,
        passed=check.passed,
        severity=AssetCheckSeverity.ERROR if check.severity == "error" else AssetCheckSeverity.WARN,
        description=check.observed,
        metadata=metadata,
    )
