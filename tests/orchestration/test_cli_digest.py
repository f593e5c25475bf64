"""`kpi digest`, as its user reads it: on the terminal, as a file, sent, and asked for wrongly."""

from __future__ import annotations

import duckdb
import pytest
from digest_lab import DigestLab
from mail_server import PASSWORD, MailServer
from typer.testing import CliRunner

from orchestration.cli.app import app
from orchestration.errors import UsageError
from orchestration.publishing.versions import MART

pytestmark = pytest.mark.fast
SENT = "company (en) to leadership: sent\n"


@pytest.fixture
def lab(tmp_path, monkeypatch):
    for variable in ("KPI_DATA_DIR", "URL_LEADERSHIP", "URL_VENTAS"):
        monkeypatch.delenv(variable, raising=False)
    lab = DigestLab(tmp_path)
    lab.publish()
    return lab


@pytest.fixture
def mails(monkeypatch):
    mails = MailServer()
    monkeypatch.setenv("URL_LEADERSHIP", mails.url)
    yield mails
    mails.down()


def kpi(lab: DigestLab, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["digest", *arguments, "--company", str(lab.company.folder)])
    if isinstance(result.exception, UsageError):
        raise result.exception
    assert result.exit_code == code, result.output
    assert PASSWORD not in result.output
    return result.output


def test_it_is_plain_text_on_the_terminal(lab):
    english, spanish = kpi(lab), kpi(lab, "--department", "sales", "--lang", "es")
    assert english.startswith("Weekly KPIs · Company: 1 of 1 on target\n\nCompany\n")
    assert "Deals won: 1,234 (September 2026)" in english
    assert spanish.startswith("KPI semanales · Ventas: 1 de 1 en la meta\n")
    assert "https://kpi.example.com/site/es/departments/sales.html" in spanish


def test_it_is_a_mail_in_a_file(lab, tmp_path):
    file = tmp_path / "digest.html"
    assert kpi(lab, "--out", str(file)) == f"{file}\n"
    html = file.read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>")
    assert "1,234" in html
    assert not lab.company.digests.exists(), "what is only read is not sent"


def test_all_that_alerts_yml_lists_are_sent_once_and_again_if_asked_for(lab, mails):
    no_url = "sales (es) to ventas: the environment has no URL_VENTAS; set it to one or more URLs of apprise\n"
    assert kpi(lab, "--send", code=2) == no_url + SENT
    assert "sent before in the week 2026-W40; --again sends it anew" in kpi(lab, "--send", code=2)
    assert kpi(lab, "--send", "--again", "--department", "company") == SENT
    assert len(mails.taken) == 2


def test_any_digest_is_sent_to_any_channel_that_is_named(lab, mails):
    told = kpi(lab, "--send", "leadership", "--department", "sales", "--lang", "es")
    assert told == "sales (es) to leadership: sent\n"
    assert mails.subjects == ["KPI semanales · Ventas: 1 de 1 en la meta"]


def test_a_service_that_takes_nothing_is_a_failure(lab, mails):
    mails.refuses = "554 no"
    assert kpi(lab, "--send", "leadership", code=1) == "company (en) to leadership: it did not take the message\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["leadership"], "CHANNEL leadership needs --send"),
        (["--again"], "--again needs --send"),
        (["--send", "--out", "a.html"], "--out a.html: writes a file and --send sends a mail; use one of them"),
        (["--send", "boss"], "CHANNEL boss: is not known; use one of leadership, ventas"),
        (["--lang", "fr"], "--lang fr: is not known; use one of en, es"),
        (["--department", "people"], "--department people: is not known; use one of company, sales"),
        (
            ["--send", "--department", "people"],
            "digests: it has company (en), sales (es); add one there, or name a CHANNEL",
        ),
        (["--out", "no/such/folder/digest.html"], "--out no/such/folder/digest.html: cannot be written: "),
    ],
)
def test_what_is_asked_for_wrongly_is_told_with_what_is_allowed(lab, arguments, told):
    with pytest.raises(UsageError) as caught:
        kpi(lab, *arguments)
    assert told in str(caught.value)


def test_a_wrong_alerts_yml_is_told_with_its_line(lab):
    lab.company.alerts.write_text("digests: [{department: sales, channel: team}]\n")
    with pytest.raises(UsageError, match=r"alerts.yml:1: digests.0.channel: 'team' is no channel; there is none"):
        kpi(lab, "--send")


def test_before_anything_is_published_there_is_nothing_to_send(lab, tmp_path):
    (lab.company.published / "current").unlink()
    with pytest.raises(UsageError, match="nothing is published yet; run `kpi run` first"):
        kpi(lab)


def test_a_mart_of_an_older_kpi_mart_is_to_be_published_anew(lab, mails):
    with duckdb.connect(str(lab.company.published / "current" / MART)) as mart:
        mart.execute("drop table kpi_actions")
    for how in ((), ("--send",)):
        with pytest.raises(UsageError, match=r"was published by an older kpi-mart .* publish it anew by `kpi run`"):
            kpi(lab, *how)
