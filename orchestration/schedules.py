"""When the job runs by the clock."""

from dagster import DefaultScheduleStatus, RunRequest, ScheduleEvaluationContext, SkipReason, schedule

from orchestration.jobs import is_under_way, kpi_mart_job


@schedule(job=kpi_mart_job, cron_schedule="0 * * * *", default_status=DefaultScheduleStatus.RUNNING)
def hourly(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
    """Run every full hour, unless a run is still under way."""
    return SkipReason("the last run is still under way") if is_under_way(context.instance) else RunRequest()
