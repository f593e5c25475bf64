"""A company whose weeks begin on Sunday and whose year begins in April, with customers of several segments."""

from datetime import date, timedelta
from pathlib import Path

SOURCES = """
as_of: 2026-03-10T12:00:00Z
systems:
  till:
    connector: files
    time_zone: Europe/Madrid
    currency: EUR
    tables:
      orders:
        entity: orders
        path: till/*.csv
        key: [id]
        mode: upsert
        columns: {id: string, customer: string, channel: string, country: string, sold_at: timestamp, net: decimal}
      customers:
        entity: customers
        path: customers.csv
        key: [id]
        mode: upsert
        columns: {id: string, segment: string, country: string}
"""
CALENDAR = """
time_zone: Europe/Madrid
week_starts_on: sunday
fiscal_year_starts: 4
first_day: 2025-01-01
currency: EUR
"""
ORDERS = """
{{ config(unique_key='order_id') }}
select
    id as order_id, nullif(customer, '') as customer_id, null::varchar as session_id, null::varchar as campaign_id,
    {{ to_utc('sold_at', 'till', 'orders') }} as ordered_at, null::timestamp as cancelled_at, channel,
    'unknown' as acquisition_channel, country, 'completed' as status, net::decimal(30, 12) as gross_amount,
    0::decimal(30, 12) as discount_amount, net::decimal(30, 12) as net_amount,
    (net * 0.6)::decimal(30, 12) as cost_amount, {{ landed() }}
from {{ raw('till', 'orders') }}
"""
CUSTOMERS = """
{{ config(unique_key='customer_id') }}
select
    id as customer_id, null::timestamp as created_at, null::varchar as name, null::varchar as email,
    nullif(segment, '') as segment, country, 'unknown' as acquisition_channel, {{ landed() }}
from {{ raw('till', 'customers') }}
"""


def orders() -> list[str]:
    """Lines of seventy orders, from February 2025 to March 2026."""
    days = [date(2025, 2, 1) + timedelta(days=number * 40 // 7) for number in range(70)]
    return [
        ",".join(
            (
                str(number),
                ("ana", "ben", "cy", "")[number % 4],
                ("web", "store", "phone")[number // 2 % 3],
                ("ES", "FR", "PT", "ES", "ES")[number % 5],
                f"{day} 12:00:00",
                str(10 + number * 1.25),
            )
        )
        for number, day in enumerate(days)
    ]


def declare(folder: Path) -> None:
    """Write the company's declarations and its deliveries."""
    staging = folder / "staging" / "till"
    staging.mkdir(parents=True)
    (folder / "till").mkdir()
    (folder / "sources.yml").write_text(SOURCES)
    (folder / "calendar.yml").write_text(CALENDAR)
    (staging / "_till__sources.yml").write_text(
        "sources: [{name: till, schema: raw, tables: [{name: orders}, {name: customers}]}]"
    )
    (staging / "stg_till__orders.sql").write_text(ORDERS)
    (staging / "stg_till__customers.sql").write_text(CUSTOMERS)
    (folder / "till" / "orders.csv").write_text("\n".join(["id,customer,channel,country,sold_at,net", *orders(), ""]))
    (folder / "customers.csv").write_text("id,segment,country\nana,consumer,ES\nben,enterprise,FR\ncy,,PT\n")
