"""When the jobs run by the clock."""

from dagster import (
    DefaultScheduleStatus,
    JobDefinition,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)

from metrics.alerting import Digest
from metrics.calendar import load_calendar
from orchestration.company import Company
from orchestration.digests.declared import read_alerting
from orchestration.jobs import is_under_way, kpi_mart_job


@schedule(job=kpi_mart_job, cron_schedule="0 * * * *", default_status=DefaultScheduleStatus.RUNNING)
def hourly(context: ScheduleEvaluationContext) -> RunRequest | SkipReason:
    """Run every full hour, unless a run is still under way."""
    return SkipReason("the last run is still under way") if is_under_way(context.instance) else RunRequest()


def digest_schedules(company: Company, job: JobDefinition) -> list[ScheduleDefinition]:
    """Return a schedule for every weekday and hour at which alerts.yml has digests sent, in the company's time zone."""
    zone = load_calendar(company.calendar).time_zone
    moments = {digest.moment: digest for digest in read_alerting(company).digests}
    return [_weekly(digest, job, zone) for digest in moments.values()]


def _weekly(digest: Digest, job: JobDefinition, zone: str) -> ScheduleDefinition:
    return ScheduleDefinition(
        name=f"digests_{digest.weekday}_{digest.hour:02}",
        job=job,
        cron_schedule=f"0 {digest.hour} * * {digest.weekday[:3]}",
        execution_timezone=zone,
        run_config={"ops": {"send_digests": {"config": {"moment": digest.moment}}}},
        default_status=DefaultScheduleStatus.RUNNING,
        description=f"Send the digests of {digest.moment}.",
    )
