"""`kpi alerts`: what is open, and a test of a channel, as its user reads them."""

from __future__ import annotations

import csv
import json
from datetime import datetime, timedelta

import pytest
from alert_lab import MISSED, AlertLab, Service
from typer.testing import CliRunner

from orchestration.cli.app import app
from orchestration.errors import UsageError

pytestmark = pytest.mark.fast
NOON = datetime(2026, 3, 10, 12)
LATE = datetime(2026, 3, 9, 23, 30)
CALENDAR = """
time_zone: Europe/Madrid
first_day: 2025-01-01
currency: EUR
"""


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)
    (tmp_path / "sources.yml").write_text("systems: {}\n")
    (tmp_path / "staging").mkdir()
    (tmp_path / "calendar.yml").write_text(CALENDAR)
    return AlertLab(tmp_path)


@pytest.fixture
def service():
    service = Service()
    yield service
    service.down()


def kpi(lab: AlertLab, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["alerts", *arguments, "--company", str(lab.company.folder)])
    if isinstance(result.exception, UsageError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def test_open_alerts_are_listed_by_department_with_their_local_day_and_whom_they_were_told(lab, service):
    lab.run(LATE, {"csat": MISSED, "revenue": MISSED})
    lab.tell(support=service.url)
    lab.run(NOON, {"csat": MISSED})
    output = kpi(lab, "list")
    assert output.index("support") < output.index("not configured")
    for said in ("csat", "missed", "critical", "2026-03-10", "70.0%", "not configured: support (URL_SUPPORT), ventas"):
        assert said in output
    assert "revenue" not in output
    assert "revenue" in kpi(lab, "list", "--all")
    assert "revenue" not in kpi(lab, "list", "--all", "--department", "support")
    spanish = kpi(lab, "list", "--lang", "es")
    assert "sin configurar" in spanish
    assert "crítica" in spanish
    assert "critical" not in spanish


def test_the_list_is_also_json_and_csv(lab):
    lab.run(NOON, {"csat": MISSED})
    (alert,) = json.loads(kpi(lab, "list", "--format", "json"))
    assert (alert["kpi"], alert["opened_at"], alert["resolved_at"]) == ("csat", "2026-03-10 12:00:00", None)
    (row,) = csv.DictReader(kpi(lab, "list", "--format", "csv").splitlines())
    assert (row["rule"], row["value"]) == ("missed", "0.7")


def test_nothing_open_is_said(lab):
    lab.run(NOON)
    lab.run(NOON + timedelta(days=1))
    assert kpi(lab, "list").startswith("no alert is open")


def test_a_channel_is_tried_out_and_nothing_is_remembered_of_it(lab, service, monkeypatch):
    monkeypatch.setenv("URL_VENTAS", service.url)
    assert kpi(lab, "test", "ventas") == "ventas: took the message\n"
    assert service.titles == ["Prueba del canal ventas"]
    assert not lab.company.deliveries.exists()
    service.answers = [404]
    assert kpi(lab, "test", "ventas", code=1) == "ventas: it answered 404\n"


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        ("suport", "CHANNEL suport: is not known; did you mean support? use one of support, ventas"),
        ("support", "support: the environment has no URL_SUPPORT; set it to one or more URLs of apprise"),
    ],
)
def test_a_channel_that_cannot_be_tried_is_a_usage_error(lab, channel, told):
    with pytest.raises(UsageError, match=told.replace("?", r"\?")):
        kpi(lab, "test", channel)


def test_a_wrong_alerts_yml_is_told_with_its_line(lab):
    lab.run(NOON)
    lab.company.alerts.write_text("rules: [{name: a, when: sometimes}]\n")
    with pytest.raises(UsageError, match=r"alerts.yml:1: rules.a.when: 'sometimes' is not allowed"):
        kpi(lab, "list")
