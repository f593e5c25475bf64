"""The KPIs of the four public extracts, by SQL straight over the files (the rules are those of the real company)."""

from pathlib import Path
from typing import Any

import duckdb

from .answers import answer

# What the extracts can feed: no order has a cost, and no refund names its order.
FED = {
    "total_revenue",
    "revenue_per_customer",
    "conversion_rate",
    "cart_abandonment_rate",
    "sales_cycle_days",
    "average_deal_value",
    "first_contact_resolution",
    "average_handle_time",
    "customer_satisfaction",
}

TABLES = """
create table orders as
with lines as (
    select Invoice as order_id, InvoiceDate::timestamp as ordered_at, Quantity as quantity,
           Price::decimal(18, 6) as price, "Customer ID"::bigint::varchar as customer_id, Country as country
    from read_parquet('{retail}')
    where left(Invoice, 1) not in ('C', 'A')
),
first_seen as (select order_id, min(ordered_at) as ordered_at from lines group by 1)
-- InvoiceDate is London time already, and so is the company's day
select l.order_id, f.ordered_at::date as ordered_day, any_value(l.customer_id) as customer_id,
       any_value(l.country) as country, 'web' as channel, null as acquisition_channel, null as segment,
       sum(l.quantity * l.price) as net_amount, null::decimal(18, 6) as cost_amount
from lines l join first_seen f using (order_id)
where l.quantity > 0 and l.price > 0
group by 1, 2;

create table deals as
select opportunity_id as deal_id, d.sales_agent as owner, t.regional_office as market,
       case product when 'GTXPro' then 'GTX Pro' else product end as product,
       case deal_stage when 'Won' then 'won' when 'Lost' then 'lost' else 'open' end as stage,
       strptime(engage_date, '%m/%d/%Y')::date as begun_day, strptime(close_date, '%m/%d/%Y')::date as closed_day,
       close_value::decimal(18, 6) as amount
from read_csv('{crm}/sales_pipeline.csv', all_varchar = true) d
left join read_csv('{crm}/sales_teams.csv', all_varchar = true) t on t.sales_agent = d.sales_agent;

create table calls as
select *, "Date"::date as call_day, "Answered (Y/N)" = 'Y' as is_answered
from read_csv('{calls}', all_varchar = true);

create table tickets as
select case when is_answered then call_day end as closed_day, is_answered as had_answer,
       case when is_answered and Resolved = 'Y' then 'resolved' when is_answered then 'unresolved'
           else 'open' end as status,
       case when is_answered and Resolved = 'Y' then 1 end as contacts_to_resolve, false as reopened,
       'voice' as channel, null as priority, Topic as topic
from calls;

create table interactions as
select call_day as started_day, is_answered as answered, 'voice' as channel, Agent as agent,
       date_part('epoch', AvgTalkDuration::interval) as handle_seconds
from calls;

create table surveys as
select call_day as answered_day, 'csat' as kind, "Satisfaction rating"::int as score, 'voice' as channel, Topic as topic
from calls where "Satisfaction rating" is not null;

create table sessions as
with events as (
    select session_id, "timestamp"::timestamp as occurred_at, event, platform as device,
           case acquisition_channel when 'organic' then 'organic_search' when 'social' then 'organic_social'
               else acquisition_channel end as acquisition_channel
    from read_csv('{web}', all_varchar = true)
)
-- device and channel never change within a session of this extract
select session_id, min(occurred_at)::date as session_day, any_value(device) as device,
       any_value(acquisition_channel) as acquisition_channel, null as country,
       bool_or(event = 'add_to_cart') as has_add_to_cart, bool_or(event = 'purchase') as has_purchase
from events group by 1;
"""


def tables(datasets: Path) -> duckdb.DuckDBPyConnection:
    """Read the extracts under ``datasets`` into the tables that `answers` wants."""
    con = duckdb.connect()
    con.execute(
        TABLES.format(
            retail=datasets / "online_retail" / "online_retail_2009_2010.parquet",
            crm=datasets / "crm",
            calls=datasets / "call_center" / "call_center.csv",
            web=datasets / "web_events" / "ecom.csv.gz",
        )
    )
    return con


def expected(datasets: Path) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Every KPI the extracts can feed, keyed as `answers.answer` keys it."""
    return answer(tables(datasets), FED)
