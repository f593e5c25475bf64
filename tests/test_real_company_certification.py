"""Certificates of four public extracts that end years apart, judged on the day after two of them ended."""

from pathlib import Path

import pytest
from oracle import comparison

pytestmark = pytest.mark.slow

COMPANY = Path(__file__).parent / "real_company"
DATASETS = comparison.ROOT.parent / "shared" / "datasets"
SHOP = {"total_revenue", "recurring_sales", "revenue_per_customer", "customer_churn_rate", "organic_repurchase_rate"}
SUPPORT = {"average_handle_time", "customer_satisfaction", "first_contact_resolution", "first_response_time"}
VERDICTS = f"""
    select kpi, certifications.certified, certifications.reasons_en, certifications.reasons_es, measurable
    from kpi_certifications as certifications inner join kpi_scorecard using (kpi)
    where certifications.run_id = ({comparison.NEWEST_RUN})
"""


def verdicts(folder: Path, as_of: str) -> dict[str, tuple[bool, str | None, str | None, bool]]:
    """What a run with this now says of every KPI on the scorecard: certified, reasons, motivos, measurable."""
    if not DATASETS.exists():
        pytest.skip("the public extracts are not beside this checkout (../shared/datasets)")
    comparison.run_kpi(folder, "run", "--company", COMPANY, "--as-of", as_of)
    return {kpi: tuple(rest) for kpi, *rest in comparison.query(folder, VERDICTS)}


def certified(found: dict[str, tuple]) -> set[str]:
    return {kpi for kpi, (is_certified, *_) in found.items() if is_certified}


def test_the_day_after_the_shops_last_invoice_it_is_certified_and_the_others_have_no_data_yet(tmp_path: Path) -> None:
    found = verdicts(tmp_path, "2010-12-10T00:00:00Z")
    assert len(found) == 24
    assert certified(found) == SHOP
    for kpi in (*SUPPORT, "average_deal_value", "sales_cycle_days", "conversion_rate", "cart_abandonment_rate"):
        assert found[kpi][1:3] == ("not measurable: no data yet", "no medible: todavía no hay datos"), kpi
    assert found["leads_generated"][1] == "not measurable: no source for leads"
    assert found["campaign_roi"][1] == "not measurable: no source for ad spend"
    assert found["campaign_roi"][2] == "no medible: sin fuente para gasto publicitario"
    assert found["gross_margin"][1] == "not measurable: no orders with a cost"
    assert found["net_promoter_score"][1] == "not measurable: no answered recommendation surveys"


def test_ten_years_later_support_is_certified_and_the_shop_is_stale_since_its_last_invoice(tmp_path: Path) -> None:
    found = verdicts(tmp_path, "2021-04-01T00:00:00Z")
    assert certified(found) == SUPPORT
    for kpi in SHOP:
        _, english, spanish, measurable = found[kpi]
        limit = 24 if kpi == "total_revenue" else 72
        assert measurable, kpi
        assert english == f"not up to date: no orders since 2010-12-09 20:01 (limit: {limit} hours)"
        assert spanish == f"no está al día: sin pedidos desde 2010-12-09 20:01 (límite: {limit} horas)"
    assert "no deals since 2017-12-31" in found["average_deal_value"][1]
    assert found["conversion_rate"][1] == "not measurable: no data yet"
