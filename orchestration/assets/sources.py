"""One asset per declared source table: what a run pulls."""

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    AssetsDefinition,
    MaterializeResult,
    asset,
)

from orchestration.progress import PROGRESS
from orchestration.pull import PullResult
from orchestration.resources import RunResource
from orchestration.sources import Sources, Table


def source_assets(sources: Sources) -> list[AssetsDefinition]:
    """Return an asset for every table that has a pull of its own."""
    return [_source_asset(table, sources.systems[table.system].connector) for table in sources.pulled()]


def source_key(system: str, table: str) -> AssetKey:
    """Return the key of a source table's asset, which dbt's source of that name shares."""
    return AssetKey(["raw", system, table])


def _source_asset(table: Table, connector: str) -> AssetsDefinition:
    key = source_key(table.system, table.name)

    @asset(
        key=key,
        group_name=table.system,
        kinds={connector, "parquet"},
        description=f"Everything that {table.system} has delivered of {table.name} ({table.path}), as it landed.",
        check_specs=[
            AssetCheckSpec("delivered", asset=key, description="Every delivery was accepted."),
            AssetCheckSpec("every_row_fits", asset=key, description="No row of what landed now was set apart."),
        ],
    )
    def pull(kpi_run: RunResource) -> MaterializeResult:
        result = kpi_run.run.pull(table.system, table.name)
        PROGRESS.done(key.to_user_string())
        return MaterializeResult(metadata=_metadata(result), check_results=[_delivered(result), _fits(result)])

    return pull


def _metadata(result: PullResult) -> dict[str, int]:
    return {
        "rows_in": result.rows_in,
        "rows_landed": result.rows_landed,
        "rows_quarantined": result.rows_quarantined,
        "batches": len(result.batches),
        "new_files": result.new_files,
    }


def _delivered(result: PullResult) -> AssetCheckResult:
    failed = [result.failed] if result.failed else []
    return _check("delivered", AssetCheckSeverity.ERROR, [*failed, *map(": ".join, result.rejected)])


def _fits(result: PullResult) -> AssetCheckResult:
    return _check("every_row_fits", AssetCheckSeverity.WARN, [*map(": ".join, result.set_apart)])


def _check(name: str, severity: AssetCheckSeverity, reasons: list[str]) -> AssetCheckResult:
    return AssetCheckResult(
        check_name=name, passed=not reasons, severity=severity, description="; ".join(reasons) or None
    )
