"""What starts the job between the hours: new files."""

from dagster import DefaultSensorStatus, RunRequest, SensorDefinition, SensorEvaluationContext, SkipReason, sensor

from orchestration.company import Company
from orchestration.jobs import is_under_way, kpi_mart_job


def new_files_sensor(company: Company) -> SensorDefinition:
    """Return the sensor that looks for files which no run has pulled yet."""

    @sensor(job=kpi_mart_job, minimum_interval_seconds=30, default_status=DefaultSensorStatus.RUNNING)
    def new_files(context: SensorEvaluationContext) -> RunRequest | SkipReason:
        from orchestration.pulling.pull import pending

        if is_under_way(context.instance):
            return SkipReason("a run is under way")
        waiting = pending(company)
        if not waiting:
            return SkipReason("no new files")
        return RunRequest(tags={"kpi_mart/new_files": ", ".join(f"{system}.{table}" for system, table in waiting)})

    return new_files
