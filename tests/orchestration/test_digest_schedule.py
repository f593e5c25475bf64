"""The job and the schedules that send digests: when, which, and what becomes of it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from alert_lab import Service
from dagster import DagsterInstance, Failure, build_op_context, build_schedule_context
from digest_lab import RULES, DigestLab

from orchestration.alerts import courier
from orchestration.jobs import DigestsConfig, digests_job
from orchestration.schedules import digest_schedules

pytestmark = pytest.mark.fast
FRIDAYS = {"ops": {"send_digests": {"config": {"moment": "friday 16:00"}}}}


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setattr(courier, "WAITS", ())
    lab = DigestLab(tmp_path)
    lab.publish()
    return lab


@pytest.fixture
def service():
    service = Service()
    yield service
    service.down()


def schedules(lab):
    return digest_schedules(lab.company, digests_job(lab.company))


def test_there_is_a_schedule_for_every_moment_at_which_digests_are_sent(lab):
    found = {one.name: (one.cron_schedule, one.execution_timezone, one.default_status.value) for one in schedules(lab)}
    assert found == {
        "digests_monday_07": ("0 7 * * mon", "Europe/Madrid", "RUNNING"),
        "digests_friday_16": ("0 16 * * fri", "Europe/Madrid", "RUNNING"),
    }


def test_digests_of_one_moment_share_a_schedule(tmp_path):
    lab = DigestLab(tmp_path, RULES.replace(", weekday: friday, hour: 16", ""))
    assert [one.name for one in schedules(lab)] == ["digests_monday_07"]


def test_a_schedule_asks_for_the_digests_of_its_moment(lab):
    (friday,) = [one for one in schedules(lab) if one.name == "digests_friday_16"]
    at = datetime(2026, 10, 9, 16, tzinfo=ZoneInfo("Europe/Madrid"))
    with DagsterInstance.ephemeral() as instance:
        tick = friday.evaluate_tick(build_schedule_context(instance, scheduled_execution_time=at))
    assert [request.run_config for request in tick.run_requests] == [FRIDAYS]


def test_without_digests_nothing_runs_by_the_clock(tmp_path):
    assert schedules(DigestLab(tmp_path, RULES.partition("digests:")[0])) == []


def test_the_job_sends_the_digests_of_its_moment_and_leaves_the_mart_alone(lab, service, monkeypatch):
    monkeypatch.setenv("URL_VENTAS", service.url)
    published = {file: file.stat().st_mtime_ns for file in lab.company.published.rglob("*") if file.is_file()}
    with DagsterInstance.ephemeral() as instance:
        for _ in range(2):
            assert digests_job(lab.company).execute_in_process(run_config=FRIDAYS, instance=instance).success
    assert service.titles == ["KPI semanales · Ventas: 1 de 1 en la meta"]
    assert {file: file.stat().st_mtime_ns for file in published} == published
    assert not lab.company.run_lock.exists()


def test_a_digest_that_was_not_taken_fails_the_job_and_is_tried_again_later(lab, service, monkeypatch):
    monkeypatch.setenv("URL_VENTAS", service.url)
    service.answers = [500]
    (node,) = digests_job(lab.company).nodes
    send = node.definition
    with pytest.raises(Failure, match=r"sales \(es\) to ventas: it answered 500") as failed:
        send(build_op_context(), DigestsConfig())
    assert failed.value.allow_retries
    assert (send.retry_policy.max_retries, send.retry_policy.delay) == (3, 600)
    send(build_op_context(), DigestsConfig())
    assert len(service.taken) == 1


def test_a_channel_without_a_url_fails_nothing(lab, monkeypatch):
    for variable in ("URL_VENTAS", "URL_LEADERSHIP"):
        monkeypatch.delenv(variable, raising=False)
    with DagsterInstance.ephemeral() as instance:
        assert digests_job(lab.company).execute_in_process(instance=instance).success
