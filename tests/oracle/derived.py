"""Tables that KPIs need beyond a company's own: months of customers, days of the staff, running totals, visits.

Each is written the long way round (a day joined to every row that counts on it), unlike anything meant to be fast.
"""

import duckdb

# `clock` comes from the company: now in UTC, the last day that had begun before, and the first day of its calendar.
MACROS = """
create macro period_end(grain, day) as (case grain
    when 'day' then day
    when 'week' then date_trunc('week', day) + interval 6 day
    when 'month' then date_trunc('month', day) + interval 1 month - interval 1 day
    when 'quarter' then date_trunc('quarter', day) + interval 3 month - interval 1 day
    else date_trunc('year', day) + interval 1 year - interval 1 day end)::date;
create macro last_day_of(grain, day) as least(period_end(grain, day), (select today from clock));
create macro period_days(grain, day) as
    last_day_of(grain, day) - greatest(date_trunc(grain, day)::date, (select first_day from clock)) + 1;
"""

TABLES = """
create table days as
select unnest(generate_series(first_day, today, interval 1 day))::date as day from clock;

create table orders as
select o.*, l.units,
       case when customer_id is not null
           then row_number() over (partition by customer_id order by ordered_at, o.order_id) end as rank_of_customer
from completed_orders o
left join (select order_id, sum(quantity) as units from order_lines group by 1) l using (order_id);

create table sold_products as
with refunded as (
    select order_id, product_id, sum(quantity) as units
    from refunds join orders using (order_id)
    where refunded_at between ordered_at and ordered_at + interval (30 * 24) hour
    group by all
),
sold as (select order_id, product_id, sum(quantity) as units_sold from order_lines group by all)
select o.ordered_day, o.channel, o.country, p.category as product_category, p.supplier, s.units_sold,
       coalesce(r.units, 0) as units_refunded
from sold s join orders o using (order_id) left join products p using (product_id)
left join refunded r using (order_id, product_id)
-- a system none of whose refunds names its order cannot say what came back
where exists (select 1 from refunds where order_id is not null);

create table closed_deals as select * from deals where closed_day is not null;

create table pipeline_days as
select day, sum(case when closed_day is null or closed_day > day then amount else 0 end) as amount
from days join deals on created_day <= day group by day;

create table market_quarters as
with analysed as (
    select market, date_trunc('quarter', activity_day)::date as quarter, min(occurred_at) as first_at
    from activities where kind = 'market_analysis' and market is not null group by all
),
won as (select market, closed_at, date_trunc('quarter', closed_day)::date as quarter from deals where stage = 'won'),
told as (
    select *, not exists (select 1 from won where won.market = a.market and won.closed_at < a.first_at) as is_new
    from analysed a
)
select market, quarter, is_new,
       case when is_new then (select count(*) from won where won.market = t.market and won.quarter = t.quarter)
           else 0 end as sales_if_new
from told t;

create table revenue_days as
select day,
       sum(net_amount) filter (where ordered_day >= date_trunc('month', day)) as mtd,
       sum(net_amount) filter (where ordered_day >= date_trunc('quarter', day)) as qtd,
       sum(net_amount) filter (where ordered_day >= date_trunc('year', day)) as ytd
from days join (select ordered_day, sum(net_amount) as net_amount from orders group by 1) o
    on ordered_day <= day and ordered_day >= date_trunc('year', day)
group by day;

create table customers_28d as
select day, count(distinct customer_id) as customers
from days join orders on ordered_day between day - 27 and day group by day;

create table customer_months as
with months as (
    select day as month, period_end('month', day) as last_day from days, clock
    where day = date_trunc('month', day)
      and local_day(now) > period_end('month', day)
      and day - 90 >= (select min(ordered_day) from orders)
),
told as (
    select month, customer_id,
           bool_or(ordered_day between month - 90 and month - 1) as is_base,
           is_base and not bool_or(ordered_day between last_day - 89 and last_day) as is_churned,
           sum(net_amount - cost_amount) filter (where ordered_day between month and last_day) as margin_amount
    from months join orders on ordered_day between month - 90 and last_day
    where customer_id is not null group by all
)
select told.*, segment, country, acquisition_channel from told left join customers using (customer_id);

create table headcount_days as
select day, department, count(*) as employees
from days join employees on hired_day <= day and (left_day is null or left_day > day) group by all;

create table leavers as select department, left_day from employees where left_day is not null;

create table sessions as
select session_id, local_day(min(occurred_at)) as session_day,
       arg_min_null(device, (occurred_at, event_id)) as device,
       arg_min_null(acquisition_channel, (occurred_at, event_id)) as acquisition_channel,
       arg_min_null(country, (occurred_at, event_id)) as country,
       arg_min(customer_id, (occurred_at, event_id)) as customer_id,
       bool_or(kind = 'add_to_cart') as has_add_to_cart, bool_or(kind = 'purchase') as has_purchase,
       count(*) filter (where kind = 'page_view') as page_views,
       count(*) filter (where kind = 'product_view') as product_views,
       epoch(max(occurred_at)) - epoch(min(occurred_at)) as seconds
from events where session_id is not null group by session_id;

create table session_pages as
select session_id, any_value(s.session_day) as session_day, page, page = any_value(last_page) as is_exit
from events join sessions s using (session_id)
join (select session_id, arg_max(page, (occurred_at, event_id)) as last_page from events group by 1) l
    using (session_id)
where page is not null group by session_id, page;

create table visits as
with visit_days as (select distinct customer_id, session_day as day from sessions where customer_id is not null),
credited as (
    select customer_id, max(day) as day
    from orders join visit_days using (customer_id)
    where ordered_day between day and day + 6 group by customer_id, order_id
)
select v.day, (select count(*) from credited c where c.customer_id = v.customer_id and c.day = v.day) as orders
from visit_days v;
"""


def add(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables from those of the company in ``con``."""
    con.execute(MACROS + TABLES)
