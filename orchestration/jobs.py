"""The one job: everything from pull to publication."""

from dagster import (
    AssetSelection,
    DagsterInstance,
    DagsterRunStatus,
    RunsFilter,
    define_asset_job,
    in_process_executor,
)

JOB = "kpi_mart"
UNFINISHED = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
kpi_mart_job = define_asset_job(
    JOB,
    selection=AssetSelection.all() | AssetSelection.all_asset_checks(),
    executor_def=in_process_executor,
    description="Pull what is new, rebuild what it touches, publish the mart.",
)


def is_under_way(instance: DagsterInstance) -> bool:
    """Tell whether a run of the job has begun and not ended."""
    return bool(instance.get_runs(RunsFilter(job_name=JOB, statuses=UNFINISHED), limit=1))
