"""The jobs: everything from pull to publication, and the weekly digests of what is published."""

from dagster import (
    AssetSelection,
    Config,
    DagsterInstance,
    DagsterRunStatus,
    Failure,
    JobDefinition,
    OpExecutionContext,
    RetryPolicy,
    RunsFilter,
    define_asset_job,
    in_process_executor,
    job,
    op,
)

from orchestration.company import Company

JOB = "kpi_mart"
UNFINISHED = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
kpi_mart_job = define_asset_job(
    JOB,
    selection=AssetSelection.all() | AssetSelection.all_asset_checks(),
    executor_def=in_process_executor,
    description="Pull what is new, rebuild what it touches, publish the mart.",
)

AFTER_TEN_MINUTES = RetryPolicy(max_retries=3, delay=600)


class DigestsConfig(Config):
    """Which digests are sent: those of a ``moment`` (``monday 07:00``); all without one."""

    moment: str = ""


def digests_job(company: Company) -> JobDefinition:
    """Return the job that sends digests of the published mart, which it only reads.

    A digest that a service did not take is tried again, those that were sent are not.
    """

    @op(retry_policy=AFTER_TEN_MINUTES, description="Digests to their channels, at most once a week each.")
    def send_digests(context: OpExecutionContext, config: DigestsConfig) -> None:
        from orchestration.digests.declared import chosen, read_alerting
        from orchestration.digests.send import send_digests as send

        outcomes = send(company, chosen(read_alerting(company), moment=config.moment))
        for outcome in outcomes:
            (context.log.info if outcome.is_well else context.log.warning)(str(outcome))
        if wrong := [outcome for outcome in outcomes if outcome.state in ("failed", "in_doubt")]:
            again = any(outcome.state == "failed" for outcome in wrong)
            raise Failure("; ".join(map(str, wrong)), allow_retries=again)

    @job(name="digests", executor_def=in_process_executor, description="Send the weekly digests.")
    def digests() -> None:
        send_digests()

    return digests


def is_under_way(instance: DagsterInstance) -> bool:
    """Tell whether a run of the job has begun and not ended."""
    return bool(instance.get_runs(RunsFilter(job_name=JOB, statuses=UNFINISHED), limit=1))
