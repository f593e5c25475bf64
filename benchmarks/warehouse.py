"""The made-up shop that the benchmark of metrics measures: orders of three years, their customers, and the calendar."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb

from benchmarks.definitions import CALENDAR
from metrics.calendar import GRAINS

FIRST_DAY = CALENDAR.first_day
LAST_DAY = date(2025, 11, 19)
NEW_DAY = LAST_DAY + timedelta(days=1)
LATE_DAY = date(2025, 10, 28)
DAYS = (LAST_DAY - FIRST_DAY).days + 1


def create_shop(file: Path, orders: int) -> None:
    """Create the tables that the definitions read, the same ones for the same number of orders."""
    with duckdb.connect(str(file)) as con:
        con.execute(
            "create table calendar_periods (day date, grain varchar, period_start date);"
            "create table time_spine (day date);"
            "create table dim_customers as select n as customer_id, "
            f"['consumer', 'business', 'public', null][1 + {_pick('segment', 4)}] as segment "
            f"from range({_customers(orders)}) as numbers (n)"
        )
        day = f"{_sql(FIRST_DAY)} + (n * {DAYS} // {orders})::integer"
        con.execute(f"create table fct_orders as {_orders(0, orders, day, orders)}")
        _extend_calendar(con, FIRST_DAY, LAST_DAY)


def add_news(file: Path, orders: int) -> None:
    """Add a new day with as many orders as any other, and a few that arrive late for a day of the month before."""
    daily = orders // DAYS + 1
    with duckdb.connect(str(file)) as con:
        con.execute(f"insert into fct_orders {_orders(orders, daily, _sql(NEW_DAY), orders)}")
        con.execute(f"insert into fct_orders {_orders(orders + daily, daily // 50 + 1, _sql(LATE_DAY), orders)}")
        _extend_calendar(con, NEW_DAY, NEW_DAY)


def _orders(first: int, count: int, day: str, orders: int) -> str:
    """A query for orders of consecutive numbers; ``day`` is SQL over their number ``n``."""
    return f"""
        select
            n as order_id,
            {_pick("customer", _customers(orders))} as customer_id,
            ({day})::date as ordered_day,
            ['web', 'store', 'app', 'marketplace'][1 + {_pick("channel", 4)}] as channel,
            ['ES', 'FR', 'PT', 'DE', 'IT', 'NL', 'BE', 'AT', 'PL', null][1 + {_pick("country", 10)}] as country,
            {_pick("repeat", 3)} = 0 as is_repeat,
            ((500 + {_pick("net", 20_000)}) / 100)::decimal(18, 2) as net_amount,
            ({_pick("discount", 500)} / 100)::decimal(18, 2) as discount_amount,
            1 + {_pick("units", 5)} as units
        from range({first}, {first + count}) as numbers (n)
    """


def _pick(what: str, choices: int) -> str:
    """SQL of a number from 0 that looks random, the same one for the same ``n``."""
    return f"(hash(n, '{what}') % {choices})::bigint"


def _customers(orders: int) -> int:
    return orders // 12 + 1


def _extend_calendar(con: duckdb.DuckDBPyConnection, first: date, last: date) -> None:
    days = f"select unnest(generate_series({_sql(first)}, {_sql(last)}, interval 1 day))::date as day"
    con.execute(f"insert into time_spine {days}")
    for grain in GRAINS:
        con.execute(
            f"insert into calendar_periods select day, '{grain}', date_trunc('{grain}', day)::date from ({days})"
        )


def _sql(day: date) -> str:
    return f"date '{day}'"
