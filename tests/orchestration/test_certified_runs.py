"""Certificates through whole runs of a tiny shop: lost when its data stops or has a hole, back by themselves."""

from datetime import date, timedelta

import pytest
from corner_shop import CornerShop

pytestmark = pytest.mark.slow

FIRST, LAST = date(2026, 1, 5), date(2026, 3, 10)
NEWEST = """
    select {} from kpi_certifications
    inner join kpi_catalog using (kpi)
    where run_id = (select run_id from kpi_runs order by started_at desc limit 1)
"""
OF_REVENUE = NEWEST.format("certified, reasons_en, reasons_es") + " and kpi = 'total_revenue'"
DAILY_VALUES = """
    select period_start, certified from kpi_values
    where kpi = 'total_revenue' and grain = 'day' and slice = '' and period_start >= '2026-03-10' order by 1
"""


def deliver(shop: CornerShop, first: date, last: date) -> None:
    """Thirty orders a day, the last of a day at noon in Madrid, by customers who come back."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    lines = [
        f"{day:%y%m%d}{number:02},c{number % 12},{day} {8 + number // 8:02}:{number:02}:00,{10 + number}"
        for day in days
        for number in range(30)
    ]
    shop.deliver(str(first), [*lines, *(f"{day:%y%m%d}99,ana,{day} 12:00:00,10" for day in days)])


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> CornerShop:
    """The shop after a run at one in the afternoon of its last day with orders."""
    shop = CornerShop.open(tmp_path_factory.mktemp("certified") / "shop")
    (shop.folder / "till" / "2026-03-01.csv").unlink()
    deliver(shop, FIRST, LAST)
    shop.kpi("run", "--as-of", "2026-03-10T12:00:00Z")
    return shop


def test_a_shop_with_orders_until_now_has_its_kpis_certified(shop):
    certified = {kpi for (kpi,) in shop.ask(NEWEST.format("kpi") + " and certified")}
    assert {"total_revenue", "recurring_sales", "revenue_per_customer", "average_order_value"} <= certified
    reasons = dict(shop.ask(NEWEST.format("kpi, reasons_en") + " and not certified"))
    assert reasons["leads_generated"] == "not measurable: no source for leads"
    assert reasons["gross_margin"] == "not measurable: no orders with a cost"
    assert not [kpi for kpi, reason in reasons.items() if "definition" in reason]


def test_three_days_after_the_last_order_every_kpi_with_a_limit_of_a_day_says_since_when(shop):
    output = shop.kpi("run", "--as-of", "2026-03-13T10:00:00Z")
    since = "not up to date: no orders since 2026-03-10 12:00 (limit: 24 hours)"
    assert f"total_revenue: {since}" in " ".join(output.split())
    fresh = shop.ask(NEWEST.format("kpi, freshness, up_to_date, reasons_en") + " and measurable")
    assert {limit for _, limit, *_ in fresh} == {"24h", "72h"}
    for kpi, limit, up_to_date, reason in fresh:
        assert (up_to_date, reason) == ((False, since) if limit == "24h" else (True, None)), kpi
    assert shop.ask(OF_REVENUE) == [
        (False, since, "no está al día: sin pedidos desde 2026-03-10 12:00 (límite: 24 horas)")
    ]
    assert not any(certified for _, certified in shop.ask(DAILY_VALUES))


def test_the_last_certified_value_stays_on_the_scorecard(shop):
    card = "select certified, value, last_certified_value, last_certified_period_start, period_start from kpi_scorecard"
    ((certified, value, last, last_start, start),) = shop.ask(f"{card} where kpi = 'total_revenue'")
    assert (certified, last, last_start, start) == (False, value, date(2026, 3, 9), date(2026, 3, 10))


def test_a_missing_day_is_named_and_costs_its_own_values_only_once_it_is_past(shop):
    deliver(shop, date(2026, 3, 11), date(2026, 3, 11))
    deliver(shop, date(2026, 3, 13), date(2026, 3, 13))
    shop.kpi("run", "--as-of", "2026-03-13T12:00:00Z")
    ((certified, reason, _),) = shop.ask(OF_REVENUE)
    assert (certified, reason) == (False, "not measurable: data is missing on 2026-03-12")
    deliver(shop, date(2026, 3, 14), date(2026, 3, 14))
    shop.kpi("run", "--as-of", "2026-03-14T12:00:00Z")
    assert shop.ask(OF_REVENUE) == [(True, None, None)]
    days = dict(shop.ask(DAILY_VALUES))
    assert [number for number in range(10, 15) if not days[date(2026, 3, number)]] == [12]


def test_with_the_data_back_everything_is_certified_again_by_itself(shop):
    deliver(shop, date(2026, 3, 12), date(2026, 3, 12))
    output = shop.kpi("run", "--as-of", "2026-03-14T13:00:00Z")
    assert "total_revenue:" not in output
    assert all(certified for _, certified in shop.ask(DAILY_VALUES))
    runs = "select certified from kpi_certifications inner join kpi_runs using (run_id) where kpi = 'total_revenue'"
    assert shop.ask(f"{runs} order by started_at") == [(True,), (False,), (False,), (True,), (True,)]
    status = shop.kpi("status", "total_revenue")
    assert "certified since 2026-03-14" in status
    assert "✗   total_revenue" not in status
