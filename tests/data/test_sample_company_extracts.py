"""What the extracts look like: the columns that sources.yml declares, keys, sums, plausible rates."""

import csv
import gzip
import json

import pyarrow.parquet as pq
import pytest

from tests.data.generated_company import SOURCES, TABLES

pytestmark = pytest.mark.fast

ORDERS = "(select *, net * fx_rate as eur, cost * fx_rate as cost_eur from shop_orders where status = 'completed')"
SESSIONS = """(select session_id, bool_or(event = 'purchase') as bought, bool_or(event = 'add_to_cart') as had_cart
               from web_events group by session_id)"""


def header(path):
    if path.suffix == ".csv":
        with path.open(newline="") as file:
            return next(csv.reader(file))
    if path.suffix == ".parquet":
        return pq.read_schema(path).names
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        return list(json.loads(next(file)))


@pytest.mark.parametrize(("system", "table"), TABLES)
def test_every_file_has_exactly_the_declared_columns_in_order(clean_company, system, table):
    spec = SOURCES[system]["tables"][table]
    files = sorted(clean_company.folder.glob(spec["path"].removeprefix("extracts/")))
    assert files
    for path in files:
        assert header(path) == list(spec["columns"]), path


@pytest.mark.parametrize(("system", "table"), TABLES)
def test_keys_are_present_and_unique_per_version(clean_company, system, table):
    spec = SOURCES[system]["tables"][table]
    key = [*spec["key"], *([spec["cursor"]] if "cursor" in spec else [])]
    name, columns = f"{system}_{table}", ", ".join(key)
    assert clean_company.value(f"select count(*) from {name}") > 0
    assert clean_company.rows(f"select {columns} from {name} group by all having count(*) > 1") == []
    assert clean_company.value(f"select count(*) from {name} where {' or '.join(f'{k} is null' for k in key)}") == 0


def test_every_row_points_at_rows_that_exist(company):
    for child, column, parent, key in [
        ("shop_orders", "customer_id", "shop_customers", "customer_id"),
        ("shop_order_lines", "order_id", "shop_orders", "order_id"),
        ("shop_order_lines", "product_id", "shop_products", "product_id"),
        ("shop_refunds", "order_id", "shop_orders", "order_id"),
        ("crm_deals", "lead_id", "crm_leads", "lead_id"),
        ("crm_activities", "deal_id", "crm_deals", "deal_id"),
        ("helpdesk_tickets", "customer_id", "shop_customers", "customer_id"),
        ("helpdesk_interactions", "ticket_id", "helpdesk_tickets", "id"),
        ("helpdesk_surveys", "ticket_id", "helpdesk_tickets", "id"),
        ("web_events", "user_id", "shop_customers", "customer_id"),
        ("people_surveys", "employee_id", "people_employees", "employee_id"),
    ]:
        orphans = f"select count(*) from {child} where {column} not in (select {key} from {parent})"
        assert company.value(orphans) == 0, (child, column)


def test_lines_add_up_to_gross_and_net_is_gross_less_discount_in_every_version(company):
    lines = company.newest("shop_order_lines", "line_id")
    orders = company.newest("shop_orders", "order_id")
    summed = f"(select order_id, sum(quantity * unit_price) as total from {lines} group by order_id)"
    assert company.value(f"select count(*) from {orders} join {summed} using (order_id) where total <> gross") == 0
    assert company.value("select count(*) from shop_orders where net <> gross - discount or net <= 0") == 0


def test_web_orders_are_the_sessions_with_a_purchase(clean_company):
    difference = f"""select session_id from shop_orders where channel = 'web'
                     except select session_id from {SESSIONS} where bought"""
    assert clean_company.rows(difference) == []
    bought = f"select session_id from {SESSIONS} where bought except select session_id from shop_orders"
    assert clean_company.rows(bought) == []
    assert (
        clean_company.value("select count(*) from shop_orders where (channel = 'web') <> (session_id is not null)") == 0
    )


def test_nothing_happens_after_the_generated_end(company):
    as_of = (company.folder / "as_of").read_text().strip()
    assert as_of == "2026-09-30T22:00:00Z"
    for table, column in [
        ("web_events", "ts"),
        ("crm_leads", "converted_at"),
        ("crm_deals", "closed_at"),
        ("crm_activities", "occurred_at"),
        ("helpdesk_tickets", "greatest(closed_at, updated_at)"),
        ("helpdesk_interactions", "started_at"),
        ("helpdesk_surveys", "greatest(answered_at, sent_at)"),
    ]:
        assert company.value(f"select count(*) from {table} where {column} > timestamp '2026-09-30 22:00:00'") == 0
    for column in ("created", "cancelled", "updated_at"):
        assert company.value(f"select count(*) from shop_orders where {column} >= timestamp '2026-10-01 00:00:00'") == 0


def test_two_years_of_local_days_are_covered(clean_company):
    first, last, days = clean_company.rows("select min(day), max(day), count(distinct day) from ads_spend")[0]
    assert (str(first), str(last), days) == ("2024-10-01", "2026-09-30", 730)
    # A UTC day more, if anybody came in the first local hours.
    assert clean_company.value("select count(distinct ts::date) from web_events") in (730, 731)


def test_no_order_falls_in_the_hour_that_spring_skips_and_some_in_the_one_that_autumn_repeats(clean_company):
    in_hour = "select count(*) from shop_orders where hour(created) = 2 and created::date in ({})"
    assert clean_company.value(in_hour.format("'2025-03-30', '2026-03-29'")) == 0
    assert clean_company.value(in_hour.format("'2024-10-27', '2025-10-26'")) >= 2


def test_every_closed_ticket_has_an_interaction_and_every_first_contact_an_answer(clean_company):
    newest = clean_company.newest("helpdesk_tickets", "id")
    contacted = "select ticket_id from helpdesk_interactions"
    assert clean_company.value(f"select count(*) from {newest} where status <> 'open' and id not in ({contacted})") == 0
    once = f"select count(*) from {newest} where contacts_to_resolve = 1 and id not in ({contacted} where answered)"
    assert clean_company.value(once) == 0
    assert clean_company.value(f"select count(*) from {newest} where (closed_at is null) <> (status = 'open')") == 0
    assert (
        clean_company.value("select count(*) from helpdesk_interactions where answered = (handle_seconds is null)") == 0
    )


def test_some_tickets_and_surveys_come_again_with_a_newer_version_in_a_later_file(clean_company):
    for table in ("helpdesk_tickets", "helpdesk_surveys"):
        versions = f"""select count(*) from {table} a join {table} b using (id)
                       where a.file < b.file and a.updated_at < b.updated_at"""
        assert clean_company.value(versions) > 10


@pytest.mark.parametrize(
    ("rate", "low", "high", "sql"),
    [
        ("conversion", 0.02, 0.04, f"select avg(bought::int) from {SESSIONS}"),
        ("abandonment", 0.66, 0.74, f"select avg((not bought)::int) from {SESSIONS} where had_cart"),
        ("gross margin", 0.35, 0.45, f"select 1 - sum(cost_eur) / sum(eur) from {ORDERS} where cost is not null"),
        ("revenue with a cost", 0.95, 0.999, f"select sum(eur) filter (cost is not null) / sum(eur) from {ORDERS}"),
        ("anonymous orders", 0.07, 0.13, "select avg((customer_id is null)::int) from shop_orders"),
        ("cancelled orders", 0.02, 0.04, "select avg((status = 'cancelled')::int) from shop_orders"),
        ("foreign currencies", 0.03, 0.15, "select avg((currency <> 'EUR')::int) from shop_orders"),
        (
            "units returned",
            0.045,
            0.075,
            "select (select sum(quantity) from shop_refunds) / sum(quantity) from shop_order_lines",
        ),
        ("csat", 0.75, 0.85, "select avg((score >= 4)::int) from helpdesk_surveys where kind = 'csat' and score > 0"),
        (
            "nps",
            20,
            50,
            """select 100 * avg((score >= 9)::int - (score <= 6)::int)
               from helpdesk_surveys where kind = 'nps' and score >= 0""",
        ),
        ("handle time", 260, 340, "select avg(handle_seconds) from helpdesk_interactions where answered"),
        (
            "first contact",
            0.65,
            0.76,
            """select avg((status = 'resolved' and contacts_to_resolve = 1 and not reopened)::int)
               from helpdesk_tickets where status <> 'open' and first_response_at is not null""",
        ),
        (
            "hours to first response",
            0.8,
            2,
            "select median(epoch(first_response_at) - epoch(opened_at)) / 3600 from helpdesk_tickets",
        ),
        (
            "sales cycle days",
            24,
            36,
            """select avg(epoch(d.closed_at) - epoch(coalesce(l.created_at, d.created_at))) / 86400
               from crm_deals d left join crm_leads l using (lead_id) where stage = 'won'""",
        ),
        ("employees", 60, 120, "select count(*) from people_employees where left_on is null"),
        ("employee score", 6.5, 8.2, "select avg(score) from people_surveys"),
    ],
)
def test_the_company_is_plausible(clean_company, rate, low, high, sql):
    assert low <= clean_company.value(sql) <= high, rate


def test_customers_return_and_their_number_grows(clean_company):
    repeat = """select avg((r > 1)::int) from (select row_number() over (partition by customer_id order by created) r
                from shop_orders where customer_id is not null)"""
    assert 0.4 <= clean_company.value(repeat) <= 0.75
    early, late = (
        clean_company.value(f"select count(*) from shop_orders where created >= '{a}' and created < '{b}'")
        for a, b in [("2024-10-01", "2025-10-01"), ("2025-10-01", "2026-10-01")]
    )
    assert 1.05 < late / early < 1.4
