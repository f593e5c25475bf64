"""Digests by mail, to a real mail server on loopback, and to a web service: at most once a week each."""

from __future__ import annotations

import threading

import pytest
from alert_lab import Service
from digest_lab import MONDAY, RULES, DigestLab
from mail_server import PASSWORD, MailServer

from orchestration.alerts import courier

pytestmark = pytest.mark.fast
ENGLISH = "Weekly KPIs · Company: 1 of 1 on target"
SPANISH = "KPI semanales · Ventas: 1 de 1 en la meta"


@pytest.fixture
def lab(tmp_path):
    lab = DigestLab(tmp_path)
    lab.publish()
    return lab


@pytest.fixture
def mails():
    mails = MailServer()
    yield mails
    mails.down()


@pytest.fixture
def service():
    service = Service()
    yield service
    service.down()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Tries follow each other at once."""
    monkeypatch.setattr(courier, "WAITS", (0.01, 0.02))


def states(outcomes) -> dict[str, str]:
    return {to: outcome.state for to, outcome in outcomes.items()}


def test_each_channel_gets_its_digest_in_its_language_as_html_and_as_text(lab, mails):
    assert states(lab.send(leadership=mails.url, ventas=mails.url)) == {"leadership": "sent", "ventas": "sent"}
    assert sorted(mails.subjects) == [SPANISH, ENGLISH]
    for mail in mails.taken:
        text, html = mail.get_body(["plain"]).get_content(), mail.get_body(["html"]).get_content()
        english = mail["Subject"] == ENGLISH
        assert f'<html lang="{"en" if english else "es"}"' in html
        assert "</html>" in html, "it is whole"
        for body in (html, text):
            assert ("Deals won" if english else "Deals won (es)") in body
            assert ("1,234" if english else "1.234") in body
        assert "<" not in text
        assert mail["To"] == "boss@example.com"


def test_no_secret_is_in_a_mail_or_in_the_log_of_what_was_sent(lab, mails):
    lab.send(leadership=mails.url)
    assert len(mails.raw) == 1
    kept = [file.read_bytes() for file in lab.company.digests.parent.iterdir()]
    assert len(kept) == 2
    assert not [text for text in (*mails.raw, *kept) if PASSWORD.encode() in text]


def test_it_is_sent_once_a_week_of_the_marts_now_in_the_companys_time_zone(lab, mails):
    lab.send(leadership=mails.url)
    assert states(lab.send(leadership=mails.url, ventas=mails.url)) == {"leadership": "sent_before", "ventas": "sent"}
    lab.publish(value=999)
    assert "sent before in the week 2026-W40" in str(lab.send(leadership=mails.url)["leadership"])
    lab.publish(as_of=MONDAY)
    assert states(lab.send(leadership=mails.url, ventas=mails.url)) == {"leadership": "sent", "ventas": "sent"}
    assert len(mails.taken) == 4


def test_asked_for_again_it_is_sent_again_with_another_key(lab, mails):
    for again in (False, True, True, False):
        lab.send(again=again, leadership=mails.url)
    assert len(mails.taken) == 3
    assert len({mail["Idempotency-Key"] for mail in mails.taken}) == 3


def test_two_senders_at_once_send_one_mail(lab, mails):
    senders = [threading.Thread(target=lab.send, kwargs={"leadership": mails.url}) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert mails.subjects == [ENGLISH]


def test_a_mail_that_was_refused_is_said_to_be_and_sent_when_it_can_be(lab, mails):
    mails.refuses = "554 not from you"
    refused = lab.send(leadership=mails.url)["leadership"]
    assert (refused.state, refused.why, mails.taken) == ("failed", "it did not take the message", [])
    mails.refuses = ""
    assert lab.send(leadership=mails.url)["leadership"].state == "sent"
    assert mails.subjects == [ENGLISH]


def test_a_server_that_is_down_holds_up_no_other_channel(lab, mails):
    other = MailServer()
    other.down()
    outcomes = lab.send(leadership=other.url, ventas=mails.url)
    assert states(outcomes) == {"leadership": "failed", "ventas": "sent"}
    assert str(outcomes["leadership"]) == "company (en) to leadership: no connection, or no answer in time"
    other.up()
    assert states(lab.send(leadership=other.url, ventas=mails.url)) == {"leadership": "sent", "ventas": "sent_before"}
    assert other.subjects == [ENGLISH]
    other.down()


def test_a_mail_that_may_have_arrived_is_not_sent_by_itself(lab, mails):
    mails.hang.clear()
    assert lab.send(leadership=mails.url, seconds=0.5)["leadership"].state == "in_doubt"
    later = lab.send(leadership=mails.url)["leadership"]
    assert (later.state, mails.asked) == ("in_doubt", 1)
    assert "may have arrived; --again sends it anew" in str(later)


def test_a_channel_without_a_url_says_which_variable_it_lacks(lab, mails):
    outcomes = lab.send(leadership=mails.url)
    assert states(outcomes) == {"leadership": "sent", "ventas": "no_url"}
    assert str(outcomes["ventas"]) == (
        "sales (es) to ventas: the environment has no URL_VENTAS; set it to one or more URLs of apprise"
    )


def test_every_url_of_a_channel_gets_it(lab, mails):
    other = MailServer()
    outcomes = lab.send(leadership=f"{mails.url} {other.url}")
    assert states(outcomes) == {"leadership": "sent", "leadership/2": "sent", "ventas": "no_url"}
    assert mails.subjects == other.subjects == [ENGLISH]
    other.down()


def test_a_service_that_is_no_mail_gets_plain_text(lab, service):
    assert lab.send(ventas=service.url)["ventas"].state == "sent"
    (taken,) = service.taken
    assert taken["title"] == SPANISH
    assert "Deals won (es): 1.234 (septiembre de 2026)" in taken["message"]
    assert "<" not in taken["message"]


def test_a_service_that_answers_with_an_error_is_asked_again_by_the_next_sending(lab, service):
    service.answers = [500] * 3
    refused = lab.send(ventas=service.url)["ventas"]
    assert (refused.state, refused.why, service.taken) == ("failed", "it answered 500", [])
    assert lab.send(ventas=service.url)["ventas"].state == "sent"


def test_a_department_without_a_kpi_is_said_to_have_none_and_the_others_are_sent(tmp_path, mails):
    lab = DigestLab(tmp_path, RULES.replace("department: sales", "department: people"))
    lab.publish()
    outcomes = lab.send(leadership=mails.url, ventas=mails.url)
    assert states(outcomes) == {"leadership": "sent", "ventas": "no_kpis"}
    assert outcomes["ventas"].why == (
        "people: no KPI of that department is on the scorecard; use one of company, sales"
    )
