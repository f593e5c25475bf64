"""Every KPI and tracked metric rests on the raw tables that its formula needs, and on no others."""

from pathlib import Path

import pytest

from orchestration.company import load_company
from orchestration.dbt.project import prepare
from orchestration.declarations.sources import load_sources
from orchestration.publishing.lineage import Lineage
from tests.oracle import catalogue

pytestmark = pytest.mark.slow
REAL_COMPANY = Path(__file__).parents[1] / "real_company"

# Written from the catalogue's formulas and slices: which systems' rows move the number.
SAMPLE_COMPANY = {
    "total_revenue": "shop.customers shop.orders",
    "lead_conversion_rate": "crm.leads",
    "sales_cycle_days": "crm.deals crm.leads",
    "average_deal_value": "crm.deals",
    "recurring_sales": "shop.customers shop.orders",
    "customer_acquisition_cost": "ads.spend shop.orders",
    "campaign_roi": "ads.spend shop.orders",
    "leads_generated": "crm.leads",
    "conversion_rate": "web.events",
    "cart_abandonment_rate": "web.events",
    "return_rate": "shop.order_lines shop.orders shop.products shop.refunds",
    "organic_repurchase_rate": "shop.customers shop.orders",
    "first_contact_resolution": "helpdesk.interactions helpdesk.tickets",
    "average_handle_time": "helpdesk.interactions",
    "first_response_time": "helpdesk.tickets",
    "customer_satisfaction": "helpdesk.surveys helpdesk.tickets",
    "net_promoter_score": "helpdesk.surveys shop.customers",
    "customer_churn_rate": "shop.customers shop.orders",
    "customer_lifetime_value": "shop.customers shop.orders",
    "employee_satisfaction": "people.employees people.surveys",
    "employee_productivity": "people.employees shop.orders",
    "employee_turnover": "people.employees",
    "gross_margin": "shop.customers shop.orders",
    "revenue_per_customer": "shop.customers shop.orders",
    # tracked: no slices unless the catalogue names them
    "average_order_value": "shop.orders",
    "sales_per_ticket": "shop.order_lines shop.orders",
    "win_rate": "crm.deals",
    "open_pipeline_value": "crm.deals",
    "follow_up_calls": "crm.activities",
    "presentations": "crm.activities",
    "new_markets_analysed": "crm.activities crm.deals",
    "sales_in_new_markets": "crm.activities crm.deals",
    "revenue_mtd": "shop.orders",
    "revenue_qtd": "shop.orders",
    "revenue_ytd": "shop.orders",
    "ad_clicks": "ads.spend",
    "click_through_rate": "ads.spend",
    "roas": "ads.spend shop.orders",
    "traffic": "web.events",
    "product_page_views": "web.events",
    "pages_per_session": "web.events",
    "session_duration": "web.events",
    "exit_rate": "web.events",
    "visit_to_purchase_7d": "shop.orders web.events",
    "active_customers_28d": "shop.orders",
    "contacts": "helpdesk.interactions",
    "tickets_opened": "helpdesk.tickets",
    "awaiting_first_response": "helpdesk.tickets",
    "answer_rate": "helpdesk.interactions",
    "csat_surveys_sent": "helpdesk.surveys",
    "contacts_per_agent": "helpdesk.interactions",
    "promoters": "helpdesk.surveys",
    "passives": "helpdesk.surveys",
    "detractors": "helpdesk.surveys",
    "surveys_sent": "helpdesk.surveys",
    "survey_response_rate": "helpdesk.surveys",
    "active_customers": "shop.orders",
    "headcount": "people.employees",
}
# KPI → raw tables as they land; tables that tell when the newest event was; entities that nothing feeds.
SHOP = "crm.accounts retail.invoice_lines"
REAL = {
    "total_revenue": (SHOP, "retail.orders", ""),
    "gross_margin": (SHOP, "retail.orders", ""),
    "revenue_per_customer": (SHOP, "retail.orders", ""),
    "customer_churn_rate": (SHOP, "retail.orders", ""),
    "return_rate": ("crm.products retail.invoice_lines", "retail.orders", ""),
    "sales_per_ticket": ("retail.invoice_lines", "retail.orders", ""),
    "sales_cycle_days": ("crm.pipeline crm.sales_teams", "crm.pipeline", ""),
    "average_deal_value": ("crm.pipeline crm.sales_teams", "crm.pipeline", ""),
    "conversion_rate": ("clickstream.events", "clickstream.events", ""),
    "visit_to_purchase_7d": ("clickstream.events retail.invoice_lines", "clickstream.events retail.orders", ""),
    "first_contact_resolution": ("call_center.calls", "call_center.tickets", ""),
    "first_response_time": ("call_center.calls", "call_center.tickets", ""),
    "average_handle_time": ("call_center.calls", "call_center.calls", ""),
    "customer_satisfaction": ("call_center.calls", "call_center.ratings", ""),
    "net_promoter_score": ("crm.accounts", "", "surveys"),
    "employee_satisfaction": ("", "", "surveys"),
    "lead_conversion_rate": ("", "", "leads"),
    "campaign_roi": ("retail.invoice_lines", "retail.orders", "ad_spend"),
    "employee_productivity": ("retail.invoice_lines", "retail.orders", "employees"),
    "new_markets_analysed": ("crm.pipeline crm.sales_teams", "crm.pipeline", "sales_activities"),
}


def lineage_of(folder: Path | None, data: Path) -> Lineage:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KPI_DATA_DIR", str(data))
        company = load_company(folder)
        return Lineage(prepare(company).manifest, load_sources(company.sources_path))


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> Lineage:
    return lineage_of(None, tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Lineage:
    return lineage_of(REAL_COMPANY, tmp_path_factory.mktemp("real"))


def test_every_number_of_the_sample_company_rests_on_these_tables(sample):
    assert SAMPLE_COMPANY.keys() == catalogue.NAMES
    assert {kpi: " ".join(sample.sources(kpi)) for kpi in sample.kpis} == SAMPLE_COMPANY


def test_each_table_of_the_sample_company_bears_on_the_numbers_that_rest_on_it(sample):
    for table in {table for tables in SAMPLE_COMPANY.values() for table in tables.split()}:
        assert sample.kpis_of(table) == {kpi for kpi, tables in SAMPLE_COMPANY.items() if table in tables.split()}
    assert sample.kpis_of("dim_products") == {"return_rate"}
    assert sample.kpis_of("fct_customer_months") == {"customer_churn_rate", "customer_lifetime_value"}
    assert sample.kpis_of("kpi_values") == set(SAMPLE_COMPANY)


def test_no_number_of_the_sample_company_lacks_an_entity(sample):
    assert {kpi: sample.missing(kpi) for kpi in sample.kpis if sample.missing(kpi)} == {}
    assert all(sample.events(kpi) for kpi in sample.kpis)


@pytest.mark.parametrize("kpi", REAL)
def test_a_number_of_the_real_company_rests_on_what_it_has(real, kpi):
    found = (" ".join(real.sources(kpi)), " ".join(sorted(real.events(kpi))), " ".join(real.missing(kpi)))
    assert found == REAL[kpi]


def test_a_table_of_the_real_company_that_is_staged_from_another_bears_on_less_than_that_one(real):
    assert real.kpis_of("retail.refunds") == {"return_rate"}
    assert real.kpis_of("call_center.ratings") < real.kpis_of("call_center.calls")
    assert real.kpis_of("call_center.ratings") == {
        "customer_satisfaction", "csat_surveys_sent", "surveys_sent", "survey_response_rate",
    }  # fmt: skip
