"""Which KPIs and tracked metrics rest on which raw table of the sample company, read from the catalogue's formulas."""

SHOP = {
    "total_revenue",
    "recurring_sales",
    "average_order_value",
    "revenue_mtd",
    "revenue_qtd",
    "revenue_ytd",
    "gross_margin",
    "revenue_per_customer",
    "employee_productivity",
    "customer_acquisition_cost",
    "campaign_roi",
    "roas",
    "organic_repurchase_rate",
    "customer_churn_rate",
    "customer_lifetime_value",
    "active_customers",
    "active_customers_28d",
    "visit_to_purchase_7d",
    "sales_per_ticket",
    "return_rate",
}
WEB = {
    "conversion_rate",
    "cart_abandonment_rate",
    "traffic",
    "product_page_views",
    "pages_per_session",
    "session_duration",
    "exit_rate",
    "visit_to_purchase_7d",
}
ADS = {"customer_acquisition_cost", "campaign_roi", "roas", "ad_clicks", "click_through_rate"}
LEADS = {"lead_conversion_rate", "leads_generated", "sales_cycle_days"}
DEALS = {
    "sales_cycle_days",
    "average_deal_value",
    "win_rate",
    "open_pipeline_value",
    "new_markets_analysed",
    "sales_in_new_markets",
}
ACTIVITIES = {"follow_up_calls", "presentations", "new_markets_analysed", "sales_in_new_markets"}
TICKETS = {
    "first_contact_resolution",
    "first_response_time",
    "tickets_opened",
    "awaiting_first_response",
    "customer_satisfaction",
}
INTERACTIONS = {
    "average_handle_time",
    "contacts",
    "answer_rate",
    "contacts_per_agent",
    "first_contact_resolution",
}
SURVEYS = {
    "customer_satisfaction",
    "net_promoter_score",
    "promoters",
    "passives",
    "detractors",
    "surveys_sent",
    "survey_response_rate",
    "csat_surveys_sent",
}
STAFF = {"employee_productivity", "employee_turnover", "headcount", "employee_satisfaction"}

RESTING_ON = {
    "shop.orders": SHOP,
    "shop.order_lines": {"sales_per_ticket", "return_rate"},
    "shop.refunds": {"return_rate"},
    "shop.products": {"return_rate"},
    "crm.leads": LEADS,
    "crm.deals": DEALS,
    "crm.activities": ACTIVITIES,
    "ads.spend": ADS,
    "web.events": WEB,
    "helpdesk.tickets": TICKETS,
    "helpdesk.interactions": INTERACTIONS,
    "helpdesk.surveys": SURVEYS,
    "people.employees": STAFF,
    "people.surveys": {"employee_satisfaction"},
}
