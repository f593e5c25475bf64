"""The catalogue's 24 KPIs and 34 tracked metrics, each as SQL over the tables of a company and the derived ones."""

from .measures import FROM_MONTH, FROM_WEEK, Kpi, Source, level, ratio, total

IS_PAID = "acquisition_channel in ('paid_search', 'paid_social', 'display', 'affiliate')"
# a channel that is not stated is unknown
IS_UNPAID = """coalesce(acquisition_channel, 'unknown')
    in ('organic_search', 'organic_social', 'email', 'referral', 'direct', 'unknown')"""

ORDERS = ("orders", "ordered_day")
LEADS = ("leads", "created_day")
MARKETS = ("market_quarters", "quarter")
SESSIONS = ("sessions", "session_day")
NPS = "kind = 'nps' and score between 0 and 10"
CSAT = "kind = 'csat' and score between 1 and 5"
SENT = "kind in ('csat', 'nps')"

AD_COST = Source("ad_spend", "day", {"n": "sum(cost_amount)"}, fill=True)
MEAN_HEADCOUNT = Source("headcount_days", "day", {"d": "sum(employees)::double / period_days($grain, min(day))"})
OF_CUSTOMERS = ("segment", "country", "acquisition_channel")
OF_DEALS = ("owner", "product", "market")
OF_ORDERS = ("channel", "acquisition_channel", "country", "segment")
OF_SESSIONS = ("device", "acquisition_channel", "country")
OF_TICKETS = ("channel", "priority", "topic")

SALES = (
    total("total_revenue", *ORDERS, "sum(net_amount)", slices=OF_ORDERS),
    ratio(
        "lead_conversion_rate",
        Source(*LEADS, {"n": "count(*) filter (where is_converted_in_30_days)", "d": "count(*)"}),
        grains=FROM_WEEK,
        slices=("acquisition_channel", "campaign_id"),
    ),
    ratio(
        "sales_cycle_days",
        Source(
            "closed_deals",
            "closed_day",
            {
                "n": "sum(closed_day - begun_day) filter (where stage = 'won')",
                "d": "count(begun_day) filter (where stage = 'won')",
            },
        ),
        grains=FROM_WEEK,
        slices=OF_DEALS,
    ),
    ratio(
        "average_deal_value",
        Source(
            "closed_deals",
            "closed_day",
            {"n": "sum(amount) filter (where stage = 'won')", "d": "count(*) filter (where stage = 'won')"},
        ),
        grains=FROM_WEEK,
        slices=OF_DEALS,
    ),
    total(
        "recurring_sales",
        *ORDERS,
        "coalesce(sum(net_amount) filter (where rank_of_customer > 1), 0)",
        slices=("channel", "country", "segment"),
    ),
    ratio("average_order_value", Source(*ORDERS, {"n": "sum(net_amount)", "d": "count(*)"})),
    ratio("sales_per_ticket", Source(*ORDERS, {"n": "sum(units)", "d": "count(*)"}, where="units is not null")),
    ratio(
        "win_rate",
        Source(
            "closed_deals",
            "closed_day",
            {"n": "count(*) filter (where stage = 'won')", "d": "count(*) filter (where stage in ('won', 'lost'))"},
        ),
    ),
    level("open_pipeline_value", "pipeline_days.day", "arg_max(amount, day)"),
    total("follow_up_calls", "activities", "activity_day", "count(*)", where="kind = 'follow_up_call'"),
    total("presentations", "activities", "activity_day", "count(*)", where="kind = 'presentation'"),
    total(
        "new_markets_analysed",
        *MARKETS,
        "count(*) filter (where is_new)",
        grains=("quarter",),
        slices=("market",),
    ),
    total("sales_in_new_markets", *MARKETS, "sum(sales_if_new)", grains=("quarter",), slices=("market",)),
    level(
        "revenue_mtd", "revenue_days.day", "arg_max(mtd, day)", where="mtd is not null", grains=("day", "week", "month")
    ),
    level(
        "revenue_qtd",
        "revenue_days.day",
        "arg_max(qtd, day)",
        where="qtd is not null",
        grains=("day", "week", "month", "quarter"),
    ),
    level("revenue_ytd", "revenue_days.day", "arg_max(ytd, day)", where="ytd is not null"),
)

MARKETING = (
    ratio(
        "customer_acquisition_cost",
        AD_COST,
        Source(*ORDERS, {"d": "count(*) filter (where rank_of_customer = 1)"}),
        grains=FROM_MONTH,
        slices=("acquisition_channel",),
    ),
    Kpi(
        "campaign_roi",
        (AD_COST, Source(*ORDERS, {"margin": "sum(net_amount - cost_amount)"}, where=IS_PAID)),
        "(coalesce(margin, 0) - n) / nullif(n, 0)",
        grains=FROM_WEEK,
        slices=("acquisition_channel", "campaign_id"),
    ),
    total("leads_generated", *LEADS, "count(*)", slices=("acquisition_channel", "campaign_id")),
    total("ad_clicks", "ad_spend", "day", "sum(clicks)"),
    ratio("click_through_rate", Source("ad_spend", "day", {"n": "sum(clicks)", "d": "sum(impressions)"})),
    Kpi(
        "roas",
        (
            Source(*ORDERS, {"n": "sum(net_amount)"}, where=IS_PAID),
            Source("ad_spend", "day", {"d": "sum(cost_amount)"}),
        ),
        "coalesce(n, 0) / nullif(d, 0)",
        "coalesce(n, 0)",
        "d",
    ),
)

ECOMMERCE = (
    ratio(
        "conversion_rate",
        Source(*SESSIONS, {"n": "count(*) filter (where has_purchase)", "d": "count(*)"}),
        slices=OF_SESSIONS,
    ),
    ratio(
        "cart_abandonment_rate",
        Source(
            *SESSIONS,
            {
                "n": "count(*) filter (where has_add_to_cart and not has_purchase)",
                "d": "count(*) filter (where has_add_to_cart)",
            },
        ),
        slices=OF_SESSIONS,
    ),
    ratio(
        "return_rate",
        Source("sold_products", "ordered_day", {"n": "sum(least(units_refunded, units_sold))", "d": "sum(units_sold)"}),
        grains=FROM_WEEK,
        slices=("product_category", "supplier", "channel", "country"),
    ),
    ratio(
        "organic_repurchase_rate",
        Source(
            *ORDERS,
            {
                "n": f"count(distinct customer_id) filter (where rank_of_customer > 1 and {IS_UNPAID})",
                "d": "count(distinct customer_id)",
            },
        ),
        grains=FROM_MONTH,
        slices=("segment", "country"),
    ),
    total("traffic", *SESSIONS, "count(*)", slices=OF_SESSIONS),
    total("product_page_views", *SESSIONS, "sum(product_views)"),
    ratio("pages_per_session", Source(*SESSIONS, {"n": "sum(page_views + product_views)", "d": "count(*)"})),
    ratio("session_duration", Source(*SESSIONS, {"n": "sum(seconds)", "d": "count(*)"})),
    ratio(
        "exit_rate",
        Source("session_pages", "session_day", {"n": "count(*) filter (where is_exit)", "d": "count(*)"}),
        slices=("page",),
        has_total=False,
    ),
    ratio("visit_to_purchase_7d", Source("visits", "day", {"n": "sum(orders)", "d": "count(*)"})),
    level("active_customers_28d", "customers_28d.day", "arg_max(customers, day)"),
)

SUPPORT = (
    ratio(
        "first_contact_resolution",
        Source(
            "tickets",
            "closed_day",
            {
                "n": "count(*) filter (where had_answer and status = 'resolved' and contacts_to_resolve = 1"
                " and not coalesce(reopened, false))",
                "d": "count(*) filter (where had_answer and status in ('resolved', 'unresolved'))",
            },
        ),
        slices=OF_TICKETS,
    ),
    ratio(
        "average_handle_time",
        Source(
            "interactions",
            "started_day",
            {"n": "sum(coalesce(handle_seconds, 0)) filter (where answered)", "d": "count(*) filter (where answered)"},
        ),
        slices=("channel", "agent"),
    ),
    level("first_response_time", "tickets.opened_day", "median(seconds_to_response)", slices=OF_TICKETS),
    ratio(
        "customer_satisfaction",
        Source("surveys", "answered_day", {"n": "count(*) filter (where score >= 4)", "d": "count(*)"}, where=CSAT),
        slices=("channel", "topic"),
    ),
    total("contacts", "interactions", "started_day", "count(*)", slices=("channel",)),
    total("tickets_opened", "tickets", "opened_day", "count(*)"),
    total("awaiting_first_response", "tickets", "opened_day", "count(*) filter (where is_awaiting_response)"),
    ratio(
        "answer_rate",
        Source("interactions", "started_day", {"n": "count(*) filter (where answered)", "d": "count(*)"}),
    ),
    total("csat_surveys_sent", "surveys", "sent_day", "count(*)", where="kind = 'csat'"),
    ratio(
        "contacts_per_agent",
        Source(
            "interactions",
            "started_day",
            {"n": "count(*)", "d": "count(distinct (agent, started_day)) filter (where agent is not null)"},
        ),
    ),
)

CUSTOMER = (
    ratio(
        "net_promoter_score",
        Source(
            "surveys",
            "answered_day",
            {"n": "100 * (count(*) filter (where score >= 9) - count(*) filter (where score <= 6))", "d": "count(*)"},
            where=NPS,
        ),
        grains=FROM_WEEK,
        slices=("channel", "segment", "country"),
    ),
    ratio(
        "customer_churn_rate",
        Source(
            "customer_months",
            "month",
            {"n": "count(*) filter (where is_churned)", "d": "count(*) filter (where is_base)"},
        ),
        grains=FROM_MONTH,
        slices=OF_CUSTOMERS,
    ),
    Kpi(
        "customer_lifetime_value",
        (
            Source(
                "customer_months",
                "month",
                {
                    "margin": "sum(margin_amount)",
                    "base": "count(*) filter (where is_base)",
                    "churned": "count(*) filter (where is_churned)",
                },
            ),
        ),
        "margin / nullif(base, 0) / nullif(churned / nullif(base, 0), 0)",
        grains=FROM_MONTH,
        slices=OF_CUSTOMERS,
    ),
    total("promoters", "surveys", "answered_day", "count(*)", where=f"{NPS} and score >= 9"),
    total("passives", "surveys", "answered_day", "count(*)", where=f"{NPS} and score in (7, 8)"),
    total("detractors", "surveys", "answered_day", "count(*)", where=f"{NPS} and score <= 6"),
    total("surveys_sent", "surveys", "sent_day", "count(*)", where=SENT),
    ratio(
        "survey_response_rate",
        Source(
            "surveys", "sent_day", {"n": "count(*) filter (where is_answered_in_14_days)", "d": "count(*)"}, where=SENT
        ),
    ),
    total("active_customers", *ORDERS, "count(distinct customer_id)"),
)

PEOPLE = (
    ratio(
        "employee_satisfaction",
        Source(
            "surveys",
            "answered_day",
            {"n": "sum(score)", "d": "count(*)"},
            where="kind = 'employee' and score between 1 and 10",
        ),
        grains=FROM_MONTH,
        slices=("department",),
        persons="d",
    ),
    ratio(
        "employee_productivity",
        Source(*ORDERS, {"n": "sum(net_amount)"}, fill=True),
        MEAN_HEADCOUNT,
        grains=FROM_MONTH,
    ),
    Kpi(
        "employee_turnover",
        (Source("leavers", "left_day", {"n": "count(*)"}), MEAN_HEADCOUNT),
        "coalesce(n, 0) / nullif(d, 0)",
        "coalesce(n, 0)",
        "d",
        grains=FROM_MONTH,
        slices=("department",),
        persons="d",
    ),
    level("headcount", "headcount_days.day", "sum(employees) filter (where day = last_day_of($grain, day))"),
)

COMPANY = (
    ratio(
        "gross_margin",
        Source(
            *ORDERS,
            {"n": "sum(net_amount - cost_amount)", "d": "sum(net_amount) filter (where cost_amount is not null)"},
        ),
        slices=OF_ORDERS,
    ),
    ratio(
        "revenue_per_customer",
        Source(
            *ORDERS,
            {"n": "sum(net_amount) filter (where customer_id is not null)", "d": "count(distinct customer_id)"},
        ),
        grains=FROM_WEEK,
        slices=("segment", "country"),
    ),
)

KPIS = (*SALES, *MARKETING, *ECOMMERCE, *SUPPORT, *CUSTOMER, *PEOPLE, *COMPANY)
NAMES = {kpi.name for kpi in KPIS}
