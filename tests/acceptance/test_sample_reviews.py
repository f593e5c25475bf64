"""The sample company's own plans and reviews: what became of its plans, and agendas that a leader can read."""

from __future__ import annotations

import shutil

import pytest
from sample_runs import SampleRun

from data.sample_company.faults import NAMES
from tests.oracle.comparison import ROOT, run_kpi
from tests.orchestration.agenda_pages import Page, english_in

pytestmark = pytest.mark.long

PLANS = "select id, status from kpi_actions where status not in ('asked', 'reformulate')"
MISSED = "select kpi from kpi_scorecard where status = 'off_target' except select kpi from kpi_actions"
CADENCES = ("daily", "weekly", "monthly", "quarterly")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    """The generated company of `make run` with the plans and objectives that are written for it."""
    company = SampleRun.of(tmp_path_factory.mktemp("reviewed"), NAMES)
    for name in ("actions", "objectives"):
        shutil.copytree(ROOT / "metrics" / name, company.folder / name)
    return company.run()


def review(company: SampleRun, *options: str) -> str:
    return run_kpi(company.data, "review", "--company", company.folder, *options)


def test_the_plans_for_planted_faults_stand_as_their_files_and_the_values_say(company: SampleRun) -> None:
    assert dict(company.ask(PLANS)) == {
        "sms_templates": "open",  # on time, and weeks of SMS are still above the target
        "paid_social_cost": "overdue",  # the check-in of September 24 is missing
        "checkout_on_android": "recovered",  # conversion is where it was before the release
        "returns_of_a_supplier": "done",
    }


def test_every_missed_kpi_has_a_plan_or_is_asked_for_one(company: SampleRun) -> None:
    assert company.ask(MISSED) == []


@pytest.mark.parametrize("cadence", CADENCES)
def test_agendas_are_whole_pages_without_a_word_of_english_in_the_spanish_ones(
    company: SampleRun, cadence: str
) -> None:
    assert Page(review(company, "--cadence", cadence, "--format", "html")).open == []
    page = Page(review(company, "--cadence", cadence, "--format", "html", "--lang", "es"))
    assert page.open == []
    assert english_in(" ".join(page.text)) == []


def test_the_agenda_of_the_month_names_the_channel_whose_cost_doubled_and_its_plan(company: SampleRun) -> None:
    agenda = review(company, "--cadence", "monthly", "--department", "marketing")
    assert "paid_social" in agenda.split("## 2.")[1].split("## 3.")[0]
    assert "Move the rest of the quarter's budget" in agenda.split("## 4.")[1].split("## 5.")[0]
