"""The KPIs of the four public extracts, by SQL straight over the files (the rules are those of the real company)."""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from . import derived
from .answers import answer
from .catalogue import NAMES

# What the extracts cannot feed: they have no leads, activities, advertising, staff, costs or recommendation surveys,
# no refund names its order, and no visitor of the site is a customer.
CANNOT_FEED = {
    *("lead_conversion_rate", "leads_generated", "follow_up_calls", "presentations"),
    *("new_markets_analysed", "sales_in_new_markets"),
    *("customer_acquisition_cost", "campaign_roi", "roas", "ad_clicks", "click_through_rate"),
    *("employee_satisfaction", "employee_productivity", "employee_turnover", "headcount"),
    *("gross_margin", "customer_lifetime_value", "return_rate", "visit_to_purchase_7d"),
    *("net_promoter_score", "promoters", "passives", "detractors"),
}
FED = NAMES - CANNOT_FEED

CLOCK = """
set timezone = 'UTC';
create macro local_to_utc(ts) as timezone('UTC', timezone('Europe/London', ts::timestamp));
create macro local_day(ts) as timezone('Europe/London', timezone('UTC', ts::timestamp))::date;
create table clock as
select $as_of::timestamp as now, local_day($as_of::timestamp - interval 1 microsecond) as today,
       date '2009-01-01' as first_day;
"""

# Entities without a source, with the columns that the catalogue's formulas read.
EMPTY = """
create table products (product_id varchar, category varchar, supplier varchar);
create table refunds (order_id varchar, product_id varchar, quantity int, refunded_at timestamp);
create table leads (created_day date, acquisition_channel varchar, campaign_id varchar,
                    is_converted_in_30_days boolean);
create table activities (kind varchar, market varchar, occurred_at timestamp, activity_day date);
create table ad_spend (day date, acquisition_channel varchar, campaign_id varchar, impressions int, clicks int,
                       cost_amount decimal(18, 6));
create table employees (employee_id varchar, department varchar, hired_day date, left_day date);
"""

TABLES = """
-- accounts of the CRM and customers of the shop are numbered apart, so that no order finds its customer here
create table customers (customer_id varchar, segment varchar, country varchar, acquisition_channel varchar);

create table order_lines as
select Invoice as order_id, InvoiceDate::timestamp as sold_at, StockCode as product_id, Quantity as quantity,
       Price::decimal(18, 6) as price, "Customer ID"::bigint::varchar as customer_id, Country as country
from read_parquet('{retail}')
where left(Invoice, 1) not in ('C', 'A') and Quantity > 0 and Price > 0;

create table completed_orders as
with invoices as (
    select Invoice as order_id, min(InvoiceDate::timestamp) as ordered_at from read_parquet('{retail}') group by 1
)
-- InvoiceDate is London time already, and so is the company's day
select l.order_id, i.ordered_at, i.ordered_at::date as ordered_day, any_value(l.customer_id) as customer_id,
       any_value(l.country) as country, 'web' as channel, null::varchar as acquisition_channel,
       null::varchar as campaign_id, null::varchar as segment,
       sum(l.quantity * l.price) as net_amount, null::decimal(18, 6) as cost_amount
from order_lines l join invoices i using (order_id)
group by all;

create table deals as
select opportunity_id as deal_id, d.sales_agent as owner, t.regional_office as market,
       case product when 'GTXPro' then 'GTX Pro' else product end as product,
       case deal_stage when 'Won' then 'won' when 'Lost' then 'lost' else 'open' end as stage,
       strptime(engage_date, '%m/%d/%Y')::date as begun_day, begun_day as created_day,
       strptime(close_date, '%m/%d/%Y')::date as closed_day, closed_day::timestamp as closed_at,
       close_value::decimal(18, 6) as amount
from read_csv('{crm}/sales_pipeline.csv', all_varchar = true) d
left join read_csv('{crm}/sales_teams.csv', all_varchar = true) t on t.sales_agent = d.sales_agent;

create table calls as
select *, "Date"::date as call_day, "Answered (Y/N)" = 'Y' as is_answered
from read_csv('{calls}', all_varchar = true);

create table tickets as
select call_day as opened_day, case when is_answered then call_day end as closed_day, is_answered as had_answer,
       case when is_answered and Resolved = 'Y' then 'resolved' when is_answered then 'unresolved'
           else 'open' end as status,
       case when is_answered and Resolved = 'Y' then 1 end as contacts_to_resolve, false as reopened,
       not is_answered as is_awaiting_response,
       case when is_answered then "Speed of answer in seconds"::int end as seconds_to_response,
       'voice' as channel, null::varchar as priority, Topic as topic
from calls;

create table interactions as
select call_day as started_day, is_answered as answered, 'voice' as channel, Agent as agent,
       date_part('epoch', AvgTalkDuration::interval) as handle_seconds
from calls;

create table surveys as
select call_day as sent_day, call_day as answered_day, 'csat' as kind, "Satisfaction rating"::int as score,
       true as is_answered_in_14_days, 'voice' as channel, Topic as topic,
       null::varchar as segment, null::varchar as country, null::varchar as department
from calls where "Satisfaction rating" is not null;

create table events as
with numbered as (
    select *, "timestamp"::timestamp as local_at,
           row_number() over (partition by session_id, "timestamp", event) as repeat
    from read_csv('{web}', all_varchar = true)
)
-- the extract has no event id: this one says which of two events in the same second comes first
select session_id, md5(concat_ws('|', session_id, local_at, event, repeat)) as event_id, null::varchar as customer_id,
       local_to_utc(local_at) as occurred_at, event as page,
       case when event in ('product_view', 'add_to_cart', 'checkout', 'purchase') then event
           else 'page_view' end as kind,
       case acquisition_channel when 'organic' then 'organic_search' when 'social' then 'organic_social'
           else acquisition_channel end as acquisition_channel,
       platform as device, null::varchar as country
from numbered;
"""


def tables(datasets: Path, as_of: datetime) -> duckdb.DuckDBPyConnection:
    """Read the extracts under ``datasets`` into the tables that `answers` wants, as of a time in UTC."""
    con = duckdb.connect()
    con.execute(CLOCK.replace("$as_of", f"'{as_of}'"))
    con.execute(EMPTY)
    con.execute(
        TABLES.format(
            retail=datasets / "online_retail" / "online_retail_2009_2010.parquet",
            crm=datasets / "crm",
            calls=datasets / "call_center" / "call_center.csv",
            web=datasets / "web_events" / "ecom.csv.gz",
        )
    )
    derived.add(con)
    return con


def expected(datasets: Path, as_of: datetime) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Every KPI and tracked metric the extracts can feed, keyed as `answers.answer` keys it."""
    return answer(tables(datasets, as_of), FED)
