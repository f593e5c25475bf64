"""The one job: everything from pull to publication."""

from dagster import AssetSelection, define_asset_job, in_process_executor

JOB = "kpi_mart"
kpi_mart_job = define_asset_job(
    JOB,
    selection=AssetSelection.all() | AssetSelection.all_asset_checks(),
    executor_def=in_process_executor,
    description="Pull what is new, rebuild what it touches, publish the mart.",
)
