"""Telling of alerts, to a real web service on loopback: each thing once, whatever is down, slow or killed."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta

import pytest
from alert_lab import MISSED, RULES, AlertLab, Service
from corner_shop import ROOT

from metrics.alerting import load_alerting
from orchestration.alerts import courier
from orchestration.alerts.outbox import Outbox, deliveries
from orchestration.assets.alerts import tell_of
from orchestration.mart_run import MartRun
from orchestration.run_request import Request

pytestmark = pytest.mark.fast
NOON = datetime(2026, 3, 10, 12)
DAY = timedelta(days=1)


@pytest.fixture
def lab(tmp_path):
    return AlertLab(tmp_path)


@pytest.fixture
def service():
    service = Service()
    yield service
    service.down()


@pytest.fixture
def other():
    service = Service()
    yield service
    service.down()


@pytest.fixture
def trickle():
    """The URL of a service that never comes to the end of its answer."""
    listener, ended = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def answer() -> None:
        peer, _ = listener.accept()
        with peer, contextlib.suppress(OSError):
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not ended.wait(0.2):
                peer.sendall(b".")

    threading.Thread(target=answer, daemon=True).start()
    yield f"json://127.0.0.1:{listener.getsockname()[1]}/"
    ended.set()
    listener.close()


def start_teller(lab: AlertLab, url: str, seconds: float = 20) -> subprocess.Popen[bytes]:
    """Tell of what is published in a process of its own."""
    code = (
        "from pathlib import Path\n"
        "from orchestration.alerts.tell import tell; from orchestration.company import Company\n"
        f"folder = Path({str(lab.company.folder)!r}); tell(Company(folder, folder / 'data'), seconds={seconds})"
    )
    environment = {**os.environ, "URL_SUPPORT": url}
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment)


@pytest.fixture
def everything_logged():
    """What a process writes that logs all that it can, apprise's own debugging too."""
    text, root, apprise = io.StringIO(), logging.getLogger(), logging.getLogger("apprise")
    handler, levels = logging.StreamHandler(text), (root.level, apprise.level)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    apprise.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(levels[0])
    apprise.setLevel(levels[1])


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Tries follow each other at once."""
    monkeypatch.setattr(courier, "WAITS", (0.01, 0.02))


def test_it_is_told_once_that_it_opened_over_several_runs(lab, service):
    for hours in range(4):
        lab.run(NOON + timedelta(hours=hours), {"csat": MISSED})
        lab.tell(support=service.url)
        lab.tell(support=service.url)
    assert service.titles == ["Customer support: 1 new"]


def test_it_is_told_again_after_the_cool_down_and_not_before(lab, service):
    for days in range(8):
        lab.run(NOON + days * DAY, {"csat": MISSED})
        lab.tell(support=service.url)
    assert service.titles == [
        "Customer support: 1 new",
        "Customer support: 1 still open",
        "Customer support: 1 still open",
    ]


def test_without_a_cool_down_every_run_of_a_later_now_tells_it_once(tmp_path, service):
    lab = AlertLab(tmp_path, RULES.replace("cool_down: 3d", "cool_down: 0h"))
    for hours in (0, 0, 1, 1):
        lab.run(NOON + timedelta(hours=hours), {"csat": MISSED})
        lab.tell(support=service.url)
    assert service.titles == ["Customer support: 1 new", "Customer support: 1 still open"]


def test_it_is_told_once_that_it_is_resolved(lab, service):
    lab.run(NOON, {"csat": MISSED})
    lab.tell(support=service.url)
    for days in range(1, 12):
        lab.run(NOON + days * DAY)
        lab.tell(support=service.url)
    assert service.titles == ["Customer support: 1 new", "Customer support: 1 resolved"]


def test_who_was_told_that_it_opened_is_told_that_it_is_resolved_though_it_goes_elsewhere_now(lab, service, other):
    lab.run(NOON, {"csat": MISSED})
    lab.tell(support=service.url, ventas=other.url)
    lab.company.alerts.write_text(RULES.replace("[support], channels: [support]", "[support], channels: [ventas]"))
    lab.alerting = load_alerting(lab.company.alerts)
    for days in (1, 2, 3):
        lab.run(NOON + days * DAY, {"csat": MISSED} if days == 1 else {})
        lab.tell(support=service.url, ventas=other.url)
    assert service.titles == ["Customer support: 1 new", "Customer support: 1 resolved"]
    assert other.titles == ["Atención al cliente: nuevas: 1", "Atención al cliente: resueltas: 1"]


def test_a_service_that_was_down_is_told_once_when_it_is_back(lab, service):
    service.down()
    lab.run(NOON, {"csat": MISSED})
    told = lab.tell(support=service.url)
    assert told.errors == {"support": "no connection, or no answer in time"}
    lab.run(NOON + DAY, {"csat": MISSED})
    assert lab.tell(support=service.url).sent == 0
    service.up()
    lab.run(NOON + 2 * DAY, {"csat": MISSED})
    assert lab.tell(support=service.url).errors == {}
    lab.tell(support=service.url)
    assert service.titles == ["Customer support: 1 new"]
    lab.run(NOON + 3 * DAY, {"csat": MISSED})
    lab.tell(support=service.url)
    assert len(service.taken) == 1, "the cool-down runs from when it was told"


def test_a_service_that_was_down_all_the_while_is_told_of_both_ends_at_once(lab, service):
    service.down()
    lab.run(NOON, {"csat": MISSED})
    lab.tell(support=service.url)
    lab.run(NOON + DAY)
    lab.tell(support=service.url)
    service.up()
    for _ in range(2):
        lab.tell(support=service.url)
    assert service.titles == ["Customer support: 1 resolved"]
    assert "open from 2026-03-10 to 2026-03-11" in service.taken[0]["message"]


def test_a_new_channel_hears_of_what_is_open_and_not_of_what_is_past(lab, service):
    lab.run(NOON, {"csat": MISSED, "fcr": MISSED})
    lab.run(NOON + DAY, {"csat": MISSED})
    lab.run(NOON + 2 * DAY, {"csat": MISSED})
    lab.tell(support=service.url)
    assert service.titles == ["Customer support: 1 new"]


def test_one_message_a_department_says_all_the_gravest_first(lab, service):
    old = {"up_to_date": False, "reasons_en": "not up to date: no surveys since Monday"}
    lab.run(NOON, {"csat": old, "fcr": MISSED, "revenue": MISSED})
    lab.tell(support=service.url, ventas=service.url)
    assert sorted(service.titles) == ["Customer support: 2 new", "Ventas: nuevas: 1"]
    (message,) = [one for one in service.taken if one["title"].startswith("Customer")]
    text = message["message"]
    assert text.index("First contact resolution") < text.index("no surveys since Monday")
    assert message["type"] == "failure"
    for said in (
        "70.0%",
        "target 75.0%",
        "Train.",
        "Owner: Customer Support, team@example.com",
        "2 alerts of this department",
    ):
        assert said in text


def test_what_data_costs_several_kpis_is_one_line(lab, service):
    lost = {"measurable": False, "reasons_en": "a delivery was refused"}
    lab.run(NOON, {"csat": lost, "fcr": lost})
    lab.tell(support=service.url)
    text = service.taken[0]["message"]
    assert "- **Satisfaction, First contact resolution** (critical): a delivery was refused" in text
    assert text.count("a delivery was refused") == 1


def test_several_alerts_of_one_kpi_are_one_entry_with_one_playbook(lab, service):
    turn = {"kpi": "csat", "grain": "week", "period_start": "2026-03-02", "rule": "beyond_limits",
            "is_favourable": False, "words_en": "below the lower limit", "words_es": "bajo el límite"}  # fmt: skip
    lab.run(NOON, {"csat": MISSED}, {"kpi_signals": [turn]})
    lab.tell(support=service.url)
    text = service.taken[0]["message"]
    assert "- For information, unusual turn: below the lower limit" in text
    assert (text.count("Satisfaction"), text.count("Read comments.")) == (1, 1)
    assert service.titles == ["Customer support: 2 new"]


def test_a_channel_is_written_to_in_its_language(lab, service):
    lab.run(NOON, {"revenue": {"value": 1234.5, "target": 2000, "status": "off_target", "streak": -2}})
    lab.tell(ventas=service.url)
    text = service.taken[0]["message"]
    assert "**Ingresos** (crítica, bajo la meta): 1.234 EUR en la semana del 2 al 8 de marzo de 2026" in text
    assert "2 semanas seguidas" in text
    assert "Qué hacer: Llama." in text


def test_a_dead_channel_holds_up_no_other_and_doubles_nothing(lab, service, other):
    other.down()
    lab.run(NOON, {"csat": MISSED, "revenue": MISSED})
    for _ in range(3):
        told = lab.tell(support=service.url, ventas=other.url)
        assert list(told.errors) == ["ventas"]
    assert len(service.taken) == 1
    other.up()
    lab.tell(support=service.url, ventas=other.url)
    lab.tell(support=service.url, ventas=other.url)
    assert (len(service.taken), len(other.taken)) == (1, 1)


def test_of_two_services_of_one_channel_the_one_that_was_down_is_told_later(lab, service, other):
    other.down()
    lab.run(NOON, {"csat": MISSED})
    both = f"{service.url} {other.url}"
    assert lab.tell(support=both).channels == ("support",)
    other.up()
    assert lab.tell(support=both).channels == ("support/2",)
    assert (len(service.taken), len(other.taken)) == (1, 1)


def test_another_password_in_a_url_is_no_new_channel(lab, service):
    lab.run(NOON, {"csat": MISSED})
    lab.tell(support=service.url)
    lab.tell(support=service.url.replace("s3cr3t", "changed"))
    assert len(service.taken) == 1


def test_an_error_is_tried_again_with_the_same_key(lab, service):
    service.answers = [500, 503]
    lab.run(NOON, {"csat": MISSED})
    assert lab.tell(support=service.url).errors == {}
    assert len(service.taken) == 1
    assert len(service.asked) == 3
    assert len({*service.asked, service.taken[0]["idempotency_key"]}) == 1


def test_a_service_that_refuses_every_time_is_reported(lab, service):
    service.answers = [400] * 10
    lab.run(NOON, {"csat": MISSED})
    told = lab.tell(support=service.url)
    assert told.errors == {"support": "it answered 400"}
    assert "not told: support: it answered 400; the next run tries again" in str(told)
    lab.run(NOON + DAY, {"csat": MISSED})
    assert lab.alerts("delivered_to, delivery_error") == [(None, "support: it answered 400")]
    service.answers = []
    lab.tell(support=service.url)
    lab.run(NOON + DAY + timedelta(hours=1), {"csat": MISSED})
    ((to, error, at),) = lab.alerts("delivered_to, delivery_error, delivered_at")
    assert (to, error) == ("support", None)
    assert at is not None


def test_a_slow_service_does_not_hold_the_run(lab, service):
    service.seconds = 3
    lab.run(NOON, {"csat": MISSED})
    start = time.monotonic()
    told = lab.tell(seconds=2, support=service.url)
    assert time.monotonic() - start < 3
    assert told.errors == {"support": "no answer in time"} or "no answer in time" in told.errors["support"]


def test_a_service_that_answers_a_byte_a_second_does_not_keep_the_process_from_ending(lab, trickle):
    lab.run(NOON, {"csat": MISSED})
    start = time.monotonic()
    teller = start_teller(lab, trickle, seconds=2)
    assert teller.wait(timeout=20) == 0
    assert time.monotonic() - start < 12, "2 seconds and the imports; the machine may be busy"
    assert [message.title for message in Outbox(lab.company.deliveries).in_doubt("support")] == [
        "Customer support: 1 new"
    ]


def test_what_was_under_way_when_the_teller_was_killed_is_sent_again_with_its_key(lab, service):
    lab.run(NOON, {"csat": MISSED, "revenue": MISSED})
    lab.tell(ventas=service.url)
    service.seconds = 1
    teller = start_teller(lab, service.url.replace("rto=1", "rto=9"))
    until = time.monotonic() + 20
    while len(service.asked) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    teller.send_signal(signal.SIGKILL)
    teller.wait()
    service.seconds = 0
    lab.run(NOON + DAY, {"csat": MISSED, "fcr": MISSED, "revenue": MISSED})
    told = lab.tell(support=service.url, ventas=service.url)
    assert told.sent == 2, "the one in doubt as it was, and what is new since"
    time.sleep(1)
    titles = [(one["title"], one["key"]) for one in service.taken if one["title"].startswith("Customer")]
    assert [title for title, _ in titles] == ["Customer support: 1 new"] * len(titles)
    assert len({key for _, key in titles}) == 2, "three messages at most, of which one is a copy that its key tells"
    assert len(titles) == 3
    assert lab.tell(support=service.url, ventas=service.url).sent == 0


def test_without_a_url_nothing_is_sent_and_the_run_says_so_in_one_line(lab):
    lab.run(NOON, {"csat": MISSED})
    told = lab.tell()
    assert str(told) == "1 opened, 0 resolved, 1 open; nothing is sent: no URL in URL_SUPPORT"
    assert not told.is_whole
    assert lab.alerts("rule, kpi, channels") == [("missed", "csat", ["support"])]


def test_a_url_that_is_none_is_reported_without_its_text(lab):
    lab.run(NOON, {"csat": MISSED})
    told = lab.tell(support="nonsense://token-s3cr3t/")
    assert told.errors == {"support": "URL 1 of support is none that apprise knows"}


@pytest.mark.parametrize("is_up", [True, False])
def test_no_secret_of_a_url_is_logged_or_said(lab, service, everything_logged, is_up):
    if not is_up:
        service.down()
    lab.run(NOON, {"csat": MISSED})
    told = lab.tell(support=service.url.replace("json://", "json://user:pa55word@"))
    written = everything_logged.getvalue() + str(told) + repr(told) + repr(deliveries(lab.company.deliveries))
    written += lab.company.deliveries.read_bytes().decode("latin-1")
    assert "s3cr3t" not in written
    assert "pa55word" not in written
    if not is_up:
        service.up()


def test_what_happened_once_is_told_once_and_never_resolved(lab, service):
    changed = {"kpi": "csat", "grain": "week", "period_start": "2026-02-23", "slice": "", "slice_value": "",
               "old_value": 0.8, "new_value": 0.6, "reason": "late_data"}  # fmt: skip
    lab.run(NOON, tables={"kpi_restatements": [changed]})
    lab.tell(support=service.url)
    for days in range(1, 5):
        lab.run(NOON + days * DAY)
        lab.tell(support=service.url)
    assert service.titles == ["Customer support: 1 new"]
    assert "60.0%, published before as 80.0% (−20.0 pp)" in service.taken[0]["message"]


def test_what_data_says_is_no_markup_of_a_message(lab, service):
    said = "Satisfaction fell on campaign [pay here](http://x.example) <img src=x>\n- **Fake** | `a`."
    why = {"kpi": "csat", "grain": "week", "period_start": "2026-03-02", "compare": "previous", "change": -0.1,
           "is_notable": True, "sentence_en": said, "sentence_es": said}  # fmt: skip
    lab.run(NOON, {"csat": MISSED}, {"kpi_explanations": [why]})
    lab.tell(support=f"{service.url} {service.url}&format=html")
    texts = [one["message"] for one in service.taken]
    (markdown,), (page,) = ([t for t in texts if t.startswith(begin)] for begin in ("**New", "<p>"))
    assert r"\[pay here\](http://x.example) \<img src=x\> - \*\*Fake\*\* \| \`a\`." in markdown
    assert "<img" not in page
    assert "<a " not in page
    assert page.count("<strong>") == 2, "the heading and the KPI"


@pytest.mark.parametrize("content", [b"", b"no database" * 100], ids=["empty", "broken"])
def test_a_log_that_cannot_be_read_fails_no_mart(lab, service, content):
    lab.company.deliveries.parent.mkdir(parents=True)
    lab.company.deliveries.write_bytes(content)
    lab.run(NOON, {"csat": MISSED})
    assert lab.alerts("rule, delivered_to") == [("missed", None)]


def test_a_broken_log_is_named_by_the_step_that_tells(lab):
    lab.run(NOON, {"csat": MISSED})
    lab.company.deliveries.parent.mkdir(parents=True)
    lab.company.deliveries.write_bytes(b"no database" * 100)
    said, problem, _ = tell_of(MartRun(Request(lab.company, NOON), "run1"))
    assert said == problem == f"not told: {lab.company.deliveries}: DatabaseError: file is not a database"


def test_a_log_that_somebody_holds_fails_no_mart(lab, service):
    lab.run(NOON, {"csat": MISSED})
    lab.tell(support=service.url)
    with contextlib.closing(sqlite3.connect(lab.company.deliveries)) as holder:
        holder.execute("begin exclusive")
        lab.run(NOON + DAY, {"csat": MISSED})
    assert lab.alerts("rule, delivered_to") == [("missed", None)]


def test_a_log_that_cannot_be_written_while_telling_is_reported(lab, service, monkeypatch):
    lab.run(NOON, {"csat": MISSED})

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Outbox, "enter", full)
    told = lab.tell(support=service.url)
    assert told.errors == {"support": "the log of deliveries: OperationalError: database or disk is full"}
    assert not service.taken


def test_a_page_for_every_kpi_is_linked(tmp_path, service):
    lab = AlertLab(tmp_path, "link: https://kpi.example.com/{kpi}\n" + RULES)
    lab.run(NOON, {"csat": MISSED})
    lab.tell(support=service.url)
    assert "https://kpi.example.com/csat" in service.taken[0]["message"]
