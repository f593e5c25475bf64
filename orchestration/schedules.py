"""When the job runs by the clock."""

from dagster import (
    DefaultScheduleStatus,
    RunRequest,
    RunsFilter,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)

from orchestration.jobs import kpi_mart_job
from orchestration.resources import UNFINISHED


@schedule(job=kpi_mart_job, cron_schedule="0 * * * *", default_status=DefaultScheduleStatus.RUNNING)
def hourly(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
    """Run every full hour, unless a run is still under way."""
    if context.instance.get_runs(RunsFilter(job_name=kpi_mart_job.name, statuses=UNFINISHED), limit=1):
        return SkipReason("the last run is still under way")
    return RunRequest()


SCHEDULES: list[ScheduleDefinition] = [hourly]
