"""Certificates of the generated company with every planted fault, as `make run` generates it."""

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from oracle import comparison

pytestmark = pytest.mark.slow

WEB = {"conversion_rate", "cart_abandonment_rate"}
FAILED = "select \"check\", kpis from kpi_checks where not passed and severity = 'error' and kind = 'gx'"
GAPS = 'select "check", severity from kpi_checks where not passed and "check" like \'%.no_missing_days\''
WEEKS = """
    select period_start, certified from kpi_values
    where kpi = 'customer_satisfaction' and grain = 'week' and slice = '' and is_complete
        and period_start between '2026-05-25' and '2026-06-29'
    order by period_start
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company at its usual size, in a folder of its own; its published mart is in ``data``."""
    folder = tmp_path_factory.mktemp("sample") / "company"
    shutil.copytree(comparison.ROOT / "dbt_project" / "models" / "staging", folder / "staging")
    shutil.copyfile(comparison.ROOT / "data" / "sources.yml", folder / "sources.yml")
    command = [sys.executable, "-m", "data.sample_company", "--scale", "1", "--out", str(folder / "extracts")]
    subprocess.run(command, cwd=comparison.ROOT, check=True, timeout=120)
    comparison.run_kpi(folder / "data", "run", "--company", folder)
    return folder


def test_the_file_that_was_refused_costs_the_kpis_of_the_web_their_certificate_and_no_others(company: Path) -> None:
    cards = comparison.query(company / "data", "select kpi, certified, reasons_en from kpi_scorecard")
    assert len(cards) == 24
    assert {kpi for kpi, certified, _ in cards if not certified} == WEB
    for kpi, certified, reason in cards:
        assert certified == (reason is None), kpi
        assert certified or reason.startswith("not measurable: "), kpi
    ((check, kpis),) = comparison.query(company / "data", FAILED)
    assert check == "web.events.delivered"
    assert set(kpis) & {kpi for kpi, *_ in cards} == WEB


def test_the_week_of_surveys_that_never_came_is_not_certified_and_the_others_are(company: Path) -> None:
    fault = json.loads((company / "extracts" / "truth.json").read_text())["faults"]["missing_surveys"]
    missing = date.fromisoformat(fault["days"][0])
    assert missing == date(2026, 6, 8)
    weeks = comparison.query(company / "data", WEEKS)
    assert len(weeks) == 6
    assert [week for week, certified in weeks if not certified] == [missing]


def test_days_are_missing_where_the_faults_took_them_away_and_nowhere_else(company: Path) -> None:
    gaps = dict(comparison.query(company / "data", GAPS))
    of_the_web = {"traffic", "product_page_views", "pages_per_session", "session_duration", "exit_rate"}
    named = {check.removesuffix(".no_missing_days") for check in gaps}
    assert named == {*WEB, *of_the_web, "visit_to_purchase_7d", "customer_satisfaction", "csat_surveys_sent"}
    assert gaps["customer_satisfaction.no_missing_days"] == "warn"
