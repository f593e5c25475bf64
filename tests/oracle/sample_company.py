"""The KPIs of the generated company, by SQL straight over its raw extracts (CSV, JSON lines, Parquet)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from . import derived
from .answers import answer
from .catalogue import NAMES

ZONE = "Europe/Madrid"

CHANNEL = """
create macro channel(source) as case coalesce(source, '')
    when '' then 'unknown' when 'organic' then 'organic_search' when 'social' then 'organic_social'
    when 'newsletter' then 'email' when 'cpc' then 'paid_search' else source end;
create macro channel_of_platform(platform) as case platform
    when 'google_ads' then 'paid_search' when 'meta_ads' then 'paid_social'
    when 'display_network' then 'display' when 'affiliate_network' then 'affiliate' end;
-- '/blog/12-ideas?page=2' is '/blog/:id': no query string, and no part of the path with a digit
create macro page(url) as array_to_string(
    list_transform(string_split(regexp_replace(url, '[?#].*', ''), '/'),
                   lambda part: case when regexp_matches(part, '[0-9]') then ':id' else part end), '/');
"""
# Local wall-clock time to UTC, and UTC to the company's day.
CLOCK = f"""
create macro local_to_utc(ts) as timezone('UTC', timezone('{ZONE}', ts::timestamp));
create macro local_day(ts) as timezone('{ZONE}', timezone('UTC', ts::timestamp))::date;
"""

TABLES = """
create table clock as
select $as_of::timestamp as now, local_day($as_of - interval 1 microsecond) as today, date '2024-01-01' as first_day;
-- a moment that is still to come is not known
create macro known(ts) as case when ts::timestamp <= (select now from clock) then ts::timestamp end;

create table products as
select * from raw_products qualify row_number() over (partition by product_id order by delivery desc) = 1;

create table customers as
select customer_id, segment, country, channel(source) as acquisition_channel from raw_customers
qualify row_number() over (partition by customer_id order by delivery desc) = 1;

create table completed_orders as
with newest as (
    select * from raw_orders
    qualify row_number() over (partition by order_id order by updated_at::timestamp desc, delivery desc) = 1
)
select o.order_id, customer_id, o.campaign as campaign_id, o.channel, channel(o.source) as acquisition_channel,
       o.country, c.segment,
       local_to_utc(o.created) as ordered_at, local_day(local_to_utc(o.created)) as ordered_day,
       net::decimal(18, 6) * coalesce(fx_rate::decimal(12, 6), 1) as net_amount,
       cost::decimal(18, 6) * coalesce(fx_rate::decimal(12, 6), 1) as cost_amount
from newest o left join customers c using (customer_id), clock
where not coalesce(o.deleted::boolean, false) and local_to_utc(o.created) <= now
  -- an order cancelled after the run's now is still completed
  and not (status = 'cancelled' and coalesce(local_to_utc(cancelled) <= now, true));

create table order_lines as
with newest as (
    select * from raw_order_lines
    qualify row_number() over (partition by line_id order by updated_at::timestamp desc, delivery desc) = 1
)
select order_id, product_id, quantity::int as quantity from newest where not coalesce(deleted::boolean, false);

create table refunds as
with newest as (
    select * from raw_refunds qualify row_number() over (partition by refund_id order by delivery desc) = 1
)
select order_id, product_id, quantity::int as quantity, local_to_utc(refunded) as refunded_at
from newest where known(local_to_utc(refunded)) is not null;

create table events as
select event_id, session_id, nullif(user_id, '') as customer_id, ts::timestamp as occurred_at, event as kind,
       page(url) as page, channel(source) as acquisition_channel, device, country
from raw_events where known(ts) is not null
qualify row_number() over (partition by event_id order by delivery desc) = 1;

create table leads as
with newest as (
    select * from raw_leads
    qualify row_number() over (partition by lead_id order by updated_at::timestamp desc, delivery desc) = 1
)
select lead_id, campaign_id, channel(source) as acquisition_channel, created_at::timestamp as created_at,
       local_day(created_at) as created_day,
       coalesce(known(converted_at) <= created_at::timestamp + interval (30 * 24) hour, false)
           as is_converted_in_30_days
from newest where known(created_at) is not null;

create table deals as
with newest as (
    select * from raw_deals
    qualify row_number() over (partition by deal_id order by updated_at::timestamp desc, delivery desc) = 1
)
select d.owner, d.product, d.market, d.stage, known(d.closed_at) as closed_at,
       local_day(known(d.closed_at)) as closed_day,
       d.amount::decimal(18, 6) as amount, local_day(d.created_at) as created_day,
       local_day(coalesce(l.created_at, d.created_at::timestamp)) as begun_day
from newest d left join leads l using (lead_id), clock
where coalesce(d.created_at::timestamp <= now, true);

create table activities as
select kind, market, occurred_at::timestamp as occurred_at, local_day(occurred_at) as activity_day
from raw_activities where known(occurred_at) is not null
qualify row_number() over (partition by activity_id order by delivery desc) = 1;

create table ad_spend as
with newest as (
    select * from raw_spend qualify row_number() over (partition by day, campaign_id order by delivery desc) = 1
)
select day::date as day, campaign_id, channel_of_platform(platform) as acquisition_channel,
       impressions::bigint as impressions, clicks::bigint as clicks,
       cost::decimal(18, 6) * coalesce(fx_rate::decimal(12, 6), 1) as cost_amount
from newest, clock where day::date <= today;

create table interactions as
with newest as (
    select * from raw_interactions where known(started_at) is not null
    qualify row_number() over (partition by id order by delivery desc) = 1
)
select ticket_id, channel, agent, local_day(started_at) as started_day, answered::boolean as answered,
       handle_seconds::bigint as handle_seconds
from newest;

create table tickets as
with newest as (
    select * from raw_tickets
    qualify row_number() over (partition by id order by updated_at::timestamp desc, delivery desc) = 1
)
select id, channel, priority, topic, status, contacts_to_resolve::int as contacts_to_resolve,
       reopened::boolean as reopened,
       local_day(opened_at) as opened_day, local_day(known(closed_at)) as closed_day,
       known(closed_at) is null and known(first_response_at) is null as is_awaiting_response,
       epoch(known(first_response_at)) - epoch(opened_at::timestamp) as seconds_to_response,
       id in (select ticket_id from interactions where answered) as had_answer
from newest where known(opened_at) is not null;

create table employees as
with newest as (
    select * from raw_employees qualify row_number() over (partition by employee_id order by delivery desc) = 1
)
select employee_id, department, hired_on::date as hired_day,
       case when known(local_to_utc(left_on)) is not null then left_on::date end as left_day
from newest where known(local_to_utc(hired_on)) is not null;

create table surveys as
with newest as (
    select * from raw_helpdesk_surveys
    qualify row_number() over (partition by id order by updated_at::timestamp desc, delivery desc) = 1
),
of_employees as (
    select * from raw_people_surveys
    qualify row_number() over (partition by survey_id order by delivery desc) = 1
),
both_kinds as (
    select kind, channel, customer_id, ticket_id, null as employee_id, score,
           sent_at::timestamp as sent_at, answered_at::timestamp as answered_at
    from newest
    union all
    select 'employee', null, null, null, employee_id, score, local_to_utc(sent), local_to_utc(answered)
    from of_employees
)
select s.kind, s.channel, t.topic, c.segment, c.country, e.department,
       local_day(sent_at) as sent_day, local_day(known(answered_at)) as answered_day,
       case when known(answered_at) is not null then score::int end as score,
       coalesce(known(answered_at) <= sent_at + interval (14 * 24) hour, false) as is_answered_in_14_days
from both_kinds s left join tickets t on t.id = s.ticket_id left join customers c using (customer_id)
left join employees e on e.employee_id = s.employee_id, clock
where coalesce(sent_at <= now, true);
"""

CSV = {
    "orders": "shop/orders/*.csv",
    "order_lines": "shop/order_lines/*.csv",
    "refunds": "shop/refunds/*.csv",
    "products": "shop/products.csv",
    "customers": "shop/customers.csv",
    "leads": "crm/leads.csv",
    "deals": "crm/deals.csv",
    "activities": "crm/activities.csv",
    "spend": "ads/*.csv",
    "employees": "people/employees.csv",
    "people_surveys": "people/surveys.csv",
}
JSON = {
    "tickets": (
        "helpdesk/tickets/*.jsonl*",
        "id opened_at first_response_at closed_at status channel priority topic contacts_to_resolve reopened"
        " updated_at",
    ),
    "interactions": ("helpdesk/interactions/*.jsonl", "id ticket_id agent channel started_at handle_seconds answered"),
    "helpdesk_surveys": (
        "helpdesk/surveys/*.jsonl",
        "id kind customer_id ticket_id channel sent_at answered_at score updated_at",
    ),
}
EVENT_COLUMNS = {
    *("event_id", "session_id", "visitor_id", "user_id", "campaign_id", "ts"),
    *("event", "url", "product_id", "source", "device", "country"),
}


def tables(extracts: Path, as_of: str = "") -> duckdb.DuckDBPyConnection:
    """Read the raw files under ``extracts`` into the tables that `answers` wants.

    ``as_of`` is a time with its zone; without it the one that the generator wrote.
    """
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
    as_of = as_of or (extracts / "as_of").read_text().strip()
    con.execute(TABLES.replace("$as_of", f"timezone('UTC', '{as_of}'::timestamptz)"))
    derived.add(con)
    return con


def event_files(extracts: Path) -> Iterable[Path]:
    """The web files that have every declared column: one with a renamed column is rejected whole."""
    paths = sorted((extracts / "web").glob("*.parquet"))
    return [path for path in paths if set(pq.read_schema(path).names) >= EVENT_COLUMNS]


def expected(extracts: Path) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Every KPI and tracked metric, keyed as `answers.answer` keys it."""
    return answer(tables(extracts), NAMES)


def _load(con: duckdb.DuckDBPyConnection, name: str, source: str) -> None:
    con.execute(
        f"create table raw_{name} as with numbered as (select *, row_number() over () as line from {source}) "
        "select * exclude (filename, line), (filename, line) as delivery from numbered"
    )
