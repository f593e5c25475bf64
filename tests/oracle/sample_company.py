"""The KPIs of the generated company, by SQL straight over its raw extracts (CSV, JSON lines, Parquet)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from .answers import KPIS, answer

ZONE = "Europe/Madrid"
FED = {kpi.name for kpi in KPIS}

CHANNEL = """
create macro channel(source) as case coalesce(source, '')
    when '' then 'unknown' when 'organic' then 'organic_search' when 'social' then 'organic_social'
    when 'newsletter' then 'email' when 'cpc' then 'paid_search' else source end;
"""
# Local wall-clock time to UTC, and UTC to the company's day.
CLOCK = f"""
create macro local_to_utc(ts) as timezone('UTC', timezone('{ZONE}', ts::timestamp));
create macro local_day(ts) as timezone('{ZONE}', timezone('UTC', ts::timestamp))::date;
"""

TABLES = """
create table as_of as select $as_of::timestamp as now;

create table newest_orders as
select * from raw_orders
qualify row_number() over (partition by order_id order by updated_at::timestamp desc, delivery desc) = 1;

create table newest_lines as
select * from raw_order_lines
qualify row_number() over (partition by line_id order by updated_at::timestamp desc, delivery desc) = 1;

create table newest_refunds as
select * from raw_refunds qualify row_number() over (partition by refund_id order by delivery desc) = 1;

create table products as
select * from raw_products qualify row_number() over (partition by product_id order by delivery desc) = 1;

create table customers as
select * from raw_customers qualify row_number() over (partition by customer_id order by delivery desc) = 1;

create table orders as
select order_id, customer_id, channel, channel(source) as acquisition_channel, country, segment,
       local_to_utc(created) as ordered_at, local_day(local_to_utc(created)) as ordered_day,
       net::decimal(18, 6) * coalesce(fx_rate::decimal(12, 6), 1) as net_amount,
       cost::decimal(18, 6) * coalesce(fx_rate::decimal(12, 6), 1) as cost_amount
from newest_orders o left join (select customer_id, segment from customers) c using (customer_id), as_of
where not coalesce(deleted::boolean, false) and local_to_utc(created) <= now
  -- an order cancelled after the run's now is still completed
  and not (status = 'cancelled' and coalesce(local_to_utc(cancelled) <= now, true));

create table sold_products as
with refunded as (
    select order_id, product_id, sum(quantity::int) as units
    from newest_refunds r join orders o using (order_id), as_of
    where local_to_utc(refunded) <= now
      and local_to_utc(refunded) between ordered_at and ordered_at + interval (30 * 24) hour
    group by all
),
sold as (
    select order_id, product_id, sum(quantity::int) as units_sold
    from newest_lines where not coalesce(deleted::boolean, false) group by all
)
select o.ordered_day, o.channel, o.country, p.category as product_category, p.supplier, s.units_sold,
       coalesce(r.units, 0) as units_refunded
from sold s join orders o using (order_id) left join products p using (product_id)
left join refunded r using (order_id, product_id);

create table events as
select * from raw_events, as_of where ts::timestamp <= now
qualify row_number() over (partition by event_id order by delivery desc) = 1;

create table sessions as
select session_id, local_day(min(ts)) as session_day,
       arg_min(device, (ts::timestamp, event_id)) as device,
       channel(arg_min(coalesce(source, ''), (ts::timestamp, event_id))) as acquisition_channel,
       nullif(arg_min(coalesce(country, ''), (ts::timestamp, event_id)), '') as country,
       bool_or(event = 'add_to_cart') as has_add_to_cart, bool_or(event = 'purchase') as has_purchase
from events where session_id is not null group by session_id;

create table leads as
select * from raw_leads
qualify row_number() over (partition by lead_id order by updated_at::timestamp desc, delivery desc) = 1;

create table deals as
with newest as (
    select * from raw_deals
    qualify row_number() over (partition by deal_id order by updated_at::timestamp desc, delivery desc) = 1
)
select d.owner, d.product, d.market, d.stage, local_day(d.closed_at) as closed_day, d.amount::decimal(18, 6) as amount,
       local_day(coalesce(l.created_at, d.created_at)) as begun_day
from newest d left join leads l using (lead_id), as_of
where d.closed_at::timestamp <= now and coalesce(d.created_at::timestamp <= now, true);

create table interactions as
with newest as (
    select * from raw_interactions, as_of where started_at::timestamp <= now
    qualify row_number() over (partition by id order by delivery desc) = 1
)
select ticket_id, channel, agent, local_day(started_at) as started_day, answered::boolean as answered,
       handle_seconds::bigint as handle_seconds
from newest;

create table newest_tickets as
select * from raw_tickets
qualify row_number() over (partition by id order by updated_at::timestamp desc, delivery desc) = 1;

create table tickets as
select id, channel, priority, topic, status, contacts_to_resolve::int as contacts_to_resolve,
       reopened::boolean as reopened,
       local_day(closed_at) as closed_day,
       id in (select ticket_id from interactions where answered) as had_answer
from newest_tickets, as_of where closed_at::timestamp <= now and opened_at::timestamp <= now;

create table surveys as
with newest as (
    select * from raw_helpdesk_surveys
    qualify row_number() over (partition by id order by updated_at::timestamp desc, delivery desc) = 1
)
select s.kind, s.channel, t.topic, s.score::int as score, local_day(s.answered_at) as answered_day
from newest s left join newest_tickets t on t.id = s.ticket_id, as_of
where s.answered_at::timestamp <= now and coalesce(s.sent_at::timestamp <= now, true)
union all
-- answers of employees are surveys too, and never a customer's satisfaction
select 'employee', null, null, score::int, local_day(local_to_utc(answered))
from raw_people_surveys, as_of
where local_to_utc(answered) <= now;
"""

CSV = {
    "orders": "shop/orders/*.csv",
    "order_lines": "shop/order_lines/*.csv",
    "refunds": "shop/refunds/*.csv",
    "products": "shop/products.csv",
    "customers": "shop/customers.csv",
    "leads": "crm/leads.csv",
    "deals": "crm/deals.csv",
    "people_surveys": "people/surveys.csv",
}
JSON = {
    "tickets": (
        "helpdesk/tickets/*.jsonl*",
        "id customer_id opened_at closed_at status channel priority topic contacts_to_resolve reopened updated_at",
    ),
    "interactions": ("helpdesk/interactions/*.jsonl", "id ticket_id agent channel started_at handle_seconds answered"),
    "helpdesk_surveys": (
        "helpdesk/surveys/*.jsonl",
        "id kind ticket_id channel sent_at answered_at score updated_at",
    ),
}
EVENT_COLUMNS = {
    *("event_id", "session_id", "visitor_id", "user_id", "campaign_id", "ts"),
    *("event", "url", "product_id", "source", "device", "country"),
}


def tables(extracts: Path) -> duckdb.DuckDBPyConnection:
    """Read the raw files under ``extracts`` into the tables that `answers` wants, as of the text of ``as_of``."""
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'")
    con.execute(CHANNEL + CLOCK)
    # `delivery` orders versions of a key that carry the same cursor: the later file, then the later row.
    for name, pattern in CSV.items():
        _load(con, name, f"read_csv('{extracts / pattern}', all_varchar = true, union_by_name = true, filename = true)")
    for name, (pattern, columns) in JSON.items():
        types = ", ".join(f"{column}: 'VARCHAR'" for column in columns.split())
        _load(con, name, f"read_json('{extracts / pattern}', format = 'nd', columns = {{{types}}}, filename = true)")
    files = ", ".join(f"'{path}'" for path in event_files(extracts))
    _load(con, "events", f"read_parquet([{files}], union_by_name = true, filename = true)")
    as_of = (extracts / "as_of").read_text().strip()
    con.execute(TABLES.replace("$as_of", f"timezone('UTC', '{as_of}'::timestamptz)"))
    return con


def event_files(extracts: Path) -> Iterable[Path]:
    """The web files that have every declared column: one with a renamed column is rejected whole."""
    paths = sorted((extracts / "web").glob("*.parquet"))
    return [path for path in paths if set(pq.read_schema(path).names) >= EVENT_COLUMNS]


def expected(extracts: Path) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Every KPI, keyed as `answers.answer` keys it."""
    return answer(tables(extracts), FED)


def _load(con: duckdb.DuckDBPyConnection, name: str, source: str) -> None:
    con.execute(
        f"create table raw_{name} as with numbered as (select *, row_number() over () as line from {source}) "
        "select * exclude (filename, line), (filename, line) as delivery from numbered"
    )
