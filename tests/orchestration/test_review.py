"""`kpi review` and `kpi actions` on a published mart made by hand, in both languages and formats."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from itertools import pairwise

import duckdb
import pytest
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from orchestration.cli import main
from orchestration.cli.steering.actions import plans_of, print_waiting
from orchestration.cli.terminal import console
from tests.orchestration.agenda_pages import Page, english_in
from tests.orchestration.review_mart import publish_reviewed
from tests.orchestration.small_mart import publish_company

pytestmark = pytest.mark.fast


class Golden(SingleFileSnapshotExtension):
    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return publish_reviewed(tmp_path_factory.mktemp("company"))


@pytest.fixture
def kpi(company, monkeypatch, capfd):
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)

    def run(*arguments: str, code: int = 0, folder=company) -> str:
        monkeypatch.setattr(sys, "argv", ["kpi", *arguments, "--company", str(folder)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capfd.readouterr()
        assert (ended.value.code or 0) == code, captured
        return captured.out if code == 0 else captured.err

    return run


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("output", ["markdown", "html"])
def test_a_weekly_agenda(kpi, snapshot, lang, output):
    agenda = kpi("review", "--cadence", "weekly", "--lang", lang, "--format", output)
    assert agenda == snapshot(extension_class=Golden)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_page_is_whole_loads_nothing_and_has_headings_in_their_order(kpi, lang):
    text = kpi("review", "--cadence", "weekly", "--lang", lang, "--format", "html")
    page = Page(text)
    assert page.open == []
    assert page.loads == ["data:,"]
    assert "@import" not in text
    assert "url(" not in text
    levels = [int(heading[1]) for heading in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert f'<html lang="{lang}">' in text


def test_what_definitions_and_people_wrote_is_shown_and_never_taken_for_markup(kpi):
    page = kpi("review", "--cadence", "weekly", "--lang", "es", "--format", "html")
    assert "Devoluciones &lt;todas&gt;" in page
    assert "Un lote | corto &lt;b&gt;" in page
    assert "<b>" not in page
    text = kpi("review", "--cadence", "weekly", "--format", "markdown")
    assert r"Returns \<all\>" in text
    assert r"Un lote \| corto \<b\>" in text
    # every row of a table has as many cells as its head
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


@pytest.mark.parametrize("output", ["markdown", "html"])
def test_a_spanish_agenda_has_no_english_left(kpi, output):
    agenda = kpi("review", "--cadence", "weekly", "--lang", "es", "--format", output)
    text = " ".join(Page(agenda).text) if output == "html" else agenda
    assert english_in(text) == []


def test_an_agenda_of_a_department_is_only_about_its_kpis(kpi):
    agenda = kpi("review", "--cadence", "weekly", "--department", "support")
    assert agenda.startswith("# Weekly review · Customer support\n\n**Week of 2 to 8 March 2026**")
    assert "as of 10 March 2026, 13:00" in agenda  # noon UTC on the clocks of Madrid
    assert "1 KPI: 1 off target." in agenda
    assert "Returns" not in agenda


def test_the_company_reviews_what_is_on_its_own_scorecard(kpi):
    agenda = kpi("review", "--cadence", "weekly", "--department", "company")
    assert "Returns" in agenda
    assert "Handle time" not in agenda


def test_a_plan_closed_before_the_last_review_is_not_told_again(kpi):
    assert "Closed long ago" not in kpi("review", "--cadence", "weekly")


def test_sections_with_nothing_to_say_say_so(kpi):
    agenda = kpi("review", "--cadence", "monthly")
    for said in ("no KPI changed its status", "ask for its causes", "has a promise", "Nothing is due", "is certified",
                 "No published value", "Nothing waits for a decision"):  # fmt: skip
        assert said in agenda
    assert "no complete period yet" in agenda


def test_the_file_says_its_format_and_where_it_lies(kpi, tmp_path):
    file = tmp_path / "agenda.html"
    assert kpi("review", "--cadence", "weekly", "--out", str(file)) == f"{file}\n"
    assert file.read_text().startswith("<!DOCTYPE html>")
    told = kpi("review", "--cadence", "weekly", "--out", str(tmp_path / "no" / "agenda.md"), code=2)
    assert "cannot be written: No such file or directory" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--cadence", "hourly"), "--cadence hourly: is not known; use one of daily, weekly, monthly, quarterly"),
        (("--cadence", "weekly", "--department", "suport"), "did you mean support? use one of company, ecommerce,"),
        (("--cadence", "monthly", "--department", "support"), "no KPI has a monthly review; weekly: handle_time"),
        (("--cadence", "daily"), "no KPI has a daily review; monthly: margin; weekly: handle_time, returns"),
        (("--cadence", "weekly", "--lang", "fr"), "--lang fr: is not known; use one of en, es"),
    ],
)  # fmt: skip
def test_what_cannot_be_reviewed_says_what_can(kpi, arguments, told):
    assert told in kpi("review", *arguments, code=2)


def test_before_the_first_run_there_is_nothing_to_review(kpi, tmp_path):
    (tmp_path / "staging").mkdir()
    (tmp_path / "sources.yml").write_text("systems: {}\n")
    assert "kpi run" in kpi("review", "--cadence", "weekly", code=2, folder=tmp_path)


def test_actions_are_listed_with_what_is_late_first(kpi):
    first, *rest = kpi("actions").splitlines()
    assert first.startswith("plan overdue · Returns <all> · due 2026-03-05 · shop@example.com · sizes")
    assert any(line.startswith("plan asked for · Handle time · support@example.com") for line in rest)
    assert kpi("actions", "--overdue", "--lang", "es").startswith(
        "plan vencido · Devoluciones <todas> · vence 2026-03-05"
    )
    assert "sizes" not in kpi("actions", "--department", "support")


def test_actions_can_be_read_by_programs(kpi):
    (asked,) = csv.DictReader(io.StringIO(kpi("actions", "--department", "support", "--format", "csv", "--lang", "es")))
    assert (asked["id"], asked["label"], asked["misses"]) == ("asked:handle_time", "Tiempo de gestión", "2")
    overdue, *_ = json.loads(kpi("actions", "--format", "json"))
    assert (overdue["id"], overdue["due"], overdue["cause_kind"]) == ("sizes", "2026-03-05", "process")


def test_a_department_that_is_none_is_told_with_those_that_are(kpi):
    told = kpi("actions", "--department", "sport", code=2)
    assert (
        told
        == "error: --department sport: is not known; did you mean support? use one of company, ecommerce, support\n"
    )


def test_a_company_with_nothing_missed_has_no_actions(kpi, tmp_path):
    publish_company(tmp_path, "")
    assert kpi("actions", folder=tmp_path) == "no action plan, and no KPI asks for one\n"


@pytest.mark.parametrize("command", [("review", "--cadence", "weekly"), ("actions",)])
def test_a_mart_of_an_older_version_is_told_to_be_published_anew(kpi, tmp_path, command):
    folder = publish_reviewed(tmp_path)
    with duckdb.connect(str(folder / "data" / "published" / "kpi_mart.duckdb")) as con:
        con.execute("alter table kpi_actions drop column misses")
    told = kpi(*command, code=2, folder=folder)
    assert "was published by an older kpi-mart and lacks what this command shows; publish it anew by `kpi run`" in told


def test_the_scorecard_ends_with_what_waits_for_somebody(company, capsys):
    with duckdb.connect(str(company / "data" / "published" / "kpi_mart.duckdb"), read_only=True) as con:
        print_waiting(con, console())
    assert capsys.readouterr().out == "action plans: 1 overdue, 1 asked for (kpi actions)\n"


def test_a_kpi_shows_its_own_plans_and_not_those_closed(company):
    with duckdb.connect(str(company / "data" / "published" / "kpi_mart.duckdb"), read_only=True) as con:
        assert list(plans_of(con, "returns", "es")) == [
            ("action", "plan vencido: Vencido desde el 5 de marzo de 2026.")
        ]
        assert list(plans_of(con, "margin", "en")) == []
