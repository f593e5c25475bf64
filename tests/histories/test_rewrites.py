"""What is computed again after a change: the days, periods and KPIs that it bears on, and no others."""

from datetime import date, timedelta

import pytest

from tests.histories.company import Company
from tests.histories.histories import JANUARY
from tests.histories.warehouse import Warehouse

pytestmark = pytest.mark.fast

# their newest period, and periods without a row so far, are asked for in every run
LOOKING_BACK = {"amount_3_days_ago", "buyers_2_weeks_ago", "month_on_month", "since_month_start"}


@pytest.fixture
def company() -> Company:
    """A visit and a sale of a customer on each of some days, the last one today, so that every window holds rows."""
    company = Company(JANUARY.today)
    days = [*(date(2024, 11, day) for day in (12, 18, 27)), date(2024, 12, 17), JANUARY.today]
    company.apply([("sale", n, ("c0", "web", day, day, 10, False)) for n, day in enumerate(days)])
    company.apply([("visit", n, ("c1", "web", day)) for n, day in enumerate(days)])
    company.apply([("segment", "c0", "gold")])
    return company


@pytest.fixture
def warehouse(company: Company) -> Warehouse:
    """A warehouse that has followed the company this far."""
    warehouse = Warehouse(JANUARY.calendar, JANUARY.last_day, "as_written")
    warehouse.follow(company)
    return warehouse


def recomputed(warehouse: Warehouse, model: str) -> set:
    rows = warehouse.con.execute(f"from affected__{model}").fetchall()
    return {row[0] if len(row) == 1 else row for row in rows}


def recomputed_kpis(warehouse: Warehouse) -> set[str]:
    return {kpi for kpi, _, _ in recomputed(warehouse, "kpi_metric_values")}


def span(first: date, count: int) -> set[date]:
    return {first + timedelta(days=n) for n in range(count)}


def test_nothing_new_recomputes_nothing(company, warehouse):
    warehouse.follow(company)
    models = {model.name for model in warehouse.models if recomputed(warehouse, model.name)}
    assert models <= {"kpi_metric_values"}
    assert recomputed_kpis(warehouse) <= LOOKING_BACK


def test_a_changed_formula_recomputes_the_values_of_its_kpis_only(company, warehouse):
    warehouse.definitions = "other_formulas"
    warehouse.follow(company)
    assert recomputed_kpis(warehouse) - LOOKING_BACK == {"gift_points", "tax_rate"}
    assert recomputed(warehouse, "state_sales__sold_day") == set()


def test_a_late_row_recomputes_its_day_and_the_windows_over_it(company, warehouse):
    late = date(2024, 11, 20)
    company.apply([("sale", 9, ("c1", "store", late, None, 5, False))])
    warehouse.follow(company)
    assert recomputed(warehouse, "state_sales__sold_day") == {late}
    assert recomputed(warehouse, "cumulative_sales__sold_day__customer_id__9_days") == span(late, 9)
    assert recomputed(warehouse, "cumulative_sales__sold_day__month_to_date") == span(late, 11)
    assert recomputed(warehouse, "conversion_visit_to_sale") == span(late - timedelta(days=2), 3)
    assert recomputed(warehouse, "state_visits__visit_day") == set()
    assert "visits_made" not in recomputed_kpis(warehouse)
    periods = {row for row in recomputed(warehouse, "kpi_metric_values") if row[0] == "sales_made"}
    starts = {"day": late, "week": date(2024, 11, 18), "month": date(2024, 11, 1), "quarter": date(2024, 10, 1)}
    starts["year"] = date(2024, 1, 1)
    assert periods == {("sales_made", grain, start) for grain, start in starts.items()}


def test_a_sale_before_the_first_moves_the_first_of_its_customer(company, warehouse):
    earlier, first = date(2024, 11, 11), date(2024, 11, 12)
    company.apply([("sale", 9, ("c0", "store", earlier, None, 5, False))])
    warehouse.follow(company)
    assert recomputed(warehouse, "state_sales__sold_day") == {earlier, first}


def test_a_changed_segment_recomputes_the_days_of_its_customer(company, warehouse):
    company.apply([("sale", 9, ("c2", "store", date(2024, 11, 14), None, 5, False))])
    warehouse.follow(company)
    company.apply([("segment", "c2", "tin")])
    warehouse.follow(company)
    assert recomputed(warehouse, "state_sales__sold_day") == {date(2024, 11, 14)}
    assert recomputed(warehouse, "state_visits__visit_day") == set()


def test_a_new_day_recomputes_what_looks_back_from_it(company, warehouse):
    company.apply([("today", None, JANUARY.today + timedelta(days=2))])
    warehouse.follow(company)
    new = span(JANUARY.today + timedelta(days=1), 2)
    assert recomputed(warehouse, "cumulative_sales__sold_day__all_time") == new
    assert recomputed(warehouse, "state_sales__sold_day") == set()
    assert "sales_made" not in recomputed_kpis(warehouse)
