"""Month by month, one delivery goes wrong and that of the month before is mended, through the real command.

The five: a column renamed, a day missing (in orders, and a file of the web), a file gone, half of the rows, all twice.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from monthly_deliveries import deliver, now, set_now
from sample_runs import SampleRun

from data.sample_company.company import generate
from data.sample_company.plan import Plan
from tests.corruptions.extract_files import column_renamed, delivered_again, rows_left_out
from tests.corruptions.resting_on import INTERACTIONS, SHOP, STAFF, TICKETS, WEB
from tests.oracle import comparison

pytestmark = pytest.mark.slow

ERRORS = f"""
    select unnest(kpis), "check" from kpi_checks
    where not passed and severity = 'error' and run_id = ({comparison.NEWEST_RUN})
"""
CARDS = """
    select kpi, certified, value, period_start, last_certified_value, last_certified_period_start from kpi_scorecard
"""
LIMITS = f"""
    select kpi, freshness, up_to_date, reasons_en, reasons_es, newest_input_at
    from kpi_certifications inner join kpi_catalog using (kpi)
    where run_id = ({comparison.NEWEST_RUN})
"""
# the staff is asked in the third month of a quarter, and its answers may be 40 days old
STAFF_ASKED_LONG_AGO = {"employee_satisfaction": {"employee_satisfaction.up_to_date"}}
# what is judged holds the middle of the month: the month before, or the newest week whose seven days after are over
JUDGED_BY_THE_15TH = {
    *(
        "recurring_sales",
        "gross_margin",
        "revenue_per_customer",
        "customer_acquisition_cost",
        "organic_repurchase_rate",
    ),
    *("customer_churn_rate", "customer_lifetime_value", "employee_productivity", "average_order_value"),
    *("active_customers", "sales_per_ticket", "revenue_ytd", "visit_to_purchase_7d"),
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that the source systems will ever deliver, as it should be."""
    folder = tmp_path_factory.mktemp("source")
    generate(Plan(seed=11, active=frozenset()), folder)
    return folder


@pytest.fixture(scope="module")
def company(source: Path, tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    """The company on the first of May; the tests go on from there, in their order."""
    company = SampleRun(tmp_path_factory.mktemp("months") / "company")
    company.folder.mkdir()
    company.declare()
    deliver(company, source, "2026-04")
    return company.run()


@pytest.fixture
def cards(company: SampleRun) -> Iterator[dict[str, tuple]]:
    """The scorecard before the test; what then has no certificate still shows the last certified value."""
    before = {kpi: row for kpi, *row in company.ask(CARDS)}
    yield before
    for kpi, certified, value, start, last, last_start in company.ask(CARDS):
        was_certified, *_, known, known_start = before[kpi]
        if certified:
            assert (last, last_start) == (value, start), kpi
        elif not was_certified:
            assert (last, last_start) == (known, known_start), kpi
        else:
            assert (last, last_start) == (before[kpi][1], before[kpi][2]), kpi


def causes(company: SampleRun) -> dict[str, set[str]]:
    """Which failed checks cost a KPI its certificate."""
    found: dict[str, set[str]] = {}
    reasons = company.reasons()
    for kpi, check in company.ask(ERRORS):
        found.setdefault(kpi, set()).add(check)
    assert set(reasons) == set(found)
    assert all(english and spanish for english, spanish in reasons.values())
    return found


def test_a_company_in_order_has_every_kpi_certified_but_that_of_old_answers(company: SampleRun) -> None:
    assert set(company.failed()) == {"people.surveys.fresh", "employee_satisfaction.up_to_date"}
    assert causes(company) == STAFF_ASKED_LONG_AGO


def test_three_days_after_the_last_data_every_kpi_with_a_limit_of_a_day_says_since_when(
    company: SampleRun, cards: dict[str, tuple]
) -> None:
    set_now(company, now("2026-04") + timedelta(days=3))
    company.run()
    of_a_day = 0
    for kpi, limit, up_to_date, english, spanish, newest in company.ask(LIMITS):
        if limit != "24h":
            continue
        of_a_day += 1
        since = f"{newest + timedelta(hours=2):%Y-%m-%d %H:%M}"
        assert not up_to_date, kpi
        assert re.search(f"not up to date: no [a-z ]+ since {since} \\(limit: 24 hours\\)$", english), kpi
        assert re.search(f"no está al día: sin [a-z ]+ desde {since} \\(límite: 24 horas\\)$", spanish), kpi
        assert timedelta(0) <= now("2026-04") - newest < timedelta(days=2), kpi
    assert of_a_day == 33
    ((newest,),) = company.ask("select newest_event_at from kpi_sources where table_name = 'orders' limit 1")
    assert company.reasons()["total_revenue"][0] == (
        f"not up to date: no orders since {newest + timedelta(hours=2):%Y-%m-%d %H:%M} (limit: 24 hours)"
    )


def test_a_renamed_column_costs_the_tickets_kpis_and_a_doubled_delivery_none(
    company: SampleRun, source: Path, cards: dict[str, tuple]
) -> None:
    deliver(company, source, "2026-06")  # and all of May
    column_renamed("closed_at", "closed_on")(company.extracts / "helpdesk" / "tickets" / "2026-06.jsonl.gz")
    delivered_again("2026-06_resent.csv")(company.extracts / "ads" / "2026-06.csv")
    company.run()
    found = causes(company)
    assert set(found) == TICKETS
    assert all("helpdesk.tickets.delivered" in checks for checks in found.values())
    assert all("helpdesk.tickets" in english for english, _ in company.reasons().values())
    assert company.failed()["ads.spend.no_repeated_deliveries"] == set()


def test_a_missing_day_is_found_where_it_lacks_and_the_tickets_are_back(
    company: SampleRun, source: Path, cards: dict[str, tuple]
) -> None:
    deliver(company, source, "2026-07", without=["web/2026-07-15.parquet"])
    rows_left_out(lambda place, row: row["created"][:10] != "2026-07-15")(company.extracts / "shop/orders/2026-07.csv")
    company.run()
    gaps = {check.removesuffix(".no_missing_days") for check in company.failed() if check.endswith("no_missing_days")}
    assert gaps == SHOP | WEB
    found = causes(company)
    assert found == STAFF_ASKED_LONG_AGO | {kpi: {f"{kpi}.no_missing_days"} for kpi in JUDGED_BY_THE_15TH}
    assert {reasons for kpi, reasons in company.reasons().items() if kpi in JUDGED_BY_THE_15TH} == {
        ("not measurable: data is missing on 2026-07-15", "no medible: faltan datos el 2026-07-15")
    }


def test_a_file_that_is_gone_and_half_a_delivery_cost_staff_and_contacts_and_the_day_is_back(
    company: SampleRun, source: Path, cards: dict[str, tuple]
) -> None:
    deliver(company, source, "2026-08", without=["people/employees.csv"])
    (company.extracts / "people/employees.csv").unlink()
    rows_left_out(lambda place, row: place % 2 == 0)(company.extracts / "helpdesk/interactions/2026-08.jsonl")
    company.run()
    found = causes(company)
    assert set(found) == STAFF | INTERACTIONS
    assert {kpi for kpi, checks in found.items() if "people.employees.delivered" in checks} == STAFF
    assert {kpi for kpi, checks in found.items() if "helpdesk.interactions.delivered" in checks} == INTERACTIONS


def test_with_everything_mended_all_are_certified_and_equal_a_full_refresh_without_any_of_it(
    company: SampleRun, source: Path, cards: dict[str, tuple], tmp_path: Path
) -> None:
    deliver(company, source, "2026-09")
    company.run()
    assert company.reasons() == {}
    assert company.failed() == {"ads.spend.no_repeated_deliveries": set()}
    fresh = SampleRun(tmp_path / "company")
    shutil.copytree(source, fresh.extracts)
    set_now(fresh, now("2026-09"))
    fresh.declare()
    fresh.run()
    assert (fresh.failed(), fresh.reasons()) == ({}, {})
    expected, actual = comparison.published(fresh.data), comparison.published(company.data)
    assert not comparison.report("mended increments against a full refresh", expected, actual)
