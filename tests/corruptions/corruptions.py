"""What goes wrong with deliveries: each corruption of one file of the sample company, and what must become of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from extract_files import (
    Change,
    bytes_changed,
    column_added,
    column_removed,
    column_renamed,
    column_set,
    columns_reordered,
    columns_swapped,
    cut_off,
    delivered_again,
    newer_version,
    overwritten,
    removed,
    row_repeated,
    rows_changed,
    rows_left_out,
    times_moved,
)


@dataclass(frozen=True)
class Loaded:
    """Every row lands; ``warned`` is a check that says so all the same."""

    warned: str = ""


@dataclass(frozen=True)
class SetApart:
    """So many rows are quarantined under a rule, the others land, and the certificates stay."""

    rule: str
    rows: int = 1


@dataclass(frozen=True)
class Refused:
    """The delivery is quarantined whole under a rule, and the KPIs that rest on its table lose their certificate."""

    rule: str


@dataclass(frozen=True)
class Missing:
    """Nothing came where something was due, and the KPIs that rest on the table lose their certificate."""


@dataclass(frozen=True)
class Corruption:
    """A change of one file (relative to the extracts) of a raw table, and what must become of the delivery."""

    name: str
    table: str
    file: str
    change: Change
    outcome: Loaded | SetApart | Refused | Missing


ORDERS, LINES, REFUNDS = "shop/orders/2026-09.csv", "shop/order_lines/2026-09.csv", "shop/refunds/2026-09.csv"
PRODUCTS, CUSTOMERS = "shop/products.csv", "shop/customers.csv"
LEADS, DEALS, ACTIVITIES = "crm/leads.csv", "crm/deals.csv", "crm/activities.csv"
SPEND, WEB = "ads/2026-09.csv", "web/2026-09-30.parquet"
TICKETS, INTERACTIONS = "helpdesk/tickets/2026-09.jsonl.gz", "helpdesk/interactions/2026-09.jsonl"
SURVEYS, EMPLOYEES, STAFF_SURVEYS = "helpdesk/surveys/2026-09.jsonl", "people/employees.csv", "people/surveys.csv"

TABLE_OF = {
    ORDERS: "shop.orders",
    LINES: "shop.order_lines",
    REFUNDS: "shop.refunds",
    PRODUCTS: "shop.products",
    CUSTOMERS: "shop.customers",
    LEADS: "crm.leads",
    DEALS: "crm.deals",
    ACTIVITIES: "crm.activities",
    SPEND: "ads.spend",
    WEB: "web.events",
    TICKETS: "helpdesk.tickets",
    INTERACTIONS: "helpdesk.interactions",
    SURVEYS: "helpdesk.surveys",
    EMPLOYEES: "people.employees",
    STAFF_SURVEYS: "people.surveys",
}


def _of(file: str, name: str, change: Change, outcome: Any) -> Corruption:
    return Corruption(f"{TABLE_OF[file]}: {name}", TABLE_OF[file], file, change, outcome)


def _first_csat(column: str, value: Any) -> Change:
    def change(rows: list[dict[str, Any]]) -> None:
        next(row for row in rows if row["kind"] == "csat" and row["score"] is not None)[column] = value

    return rows_changed(change)


NEVER = "2031-01-01T00:00:00Z"
LOCAL_NEVER = "2031-01-01 00:00:00"

CORRUPTIONS = (
    # wrong types
    _of(ORDERS, "amount is text", column_set("net", "n/a"), SetApart("wrong_type")),
    _of(ORDERS, "amount with a decimal comma", column_set("net", "36,21"), SetApart("wrong_type")),
    _of(ORDERS, "time is not a date", column_set("created", "yesterday"), SetApart("wrong_type")),
    _of(ORDERS, "day that the calendar lacks", column_set("created", "2026-09-31 10:00:00"), SetApart("wrong_type")),
    _of(ORDERS, "flag is a word", column_set("deleted", "maybe"), SetApart("wrong_type")),
    _of(SPEND, "clicks are a fraction", column_set("clicks", "1.5"), SetApart("wrong_type")),
    _of(SPEND, "day as the Americans write it", column_set("day", "09/28/2026", None), Refused("too_many_rejected")),
    _of(INTERACTIONS, "duration is text", column_set("handle_seconds", "five minutes"), SetApart("wrong_type")),
    _of(EMPLOYEES, "day is a number", column_set("hired_on", "20171205"), SetApart("wrong_type")),
    _of(WEB, "time became text in every row", column_set("ts", "soon", None), Refused("too_many_rejected")),
    # keys
    _of(ORDERS, "key is empty", column_set("order_id", ""), SetApart("missing_key")),
    _of(TICKETS, "key is null", column_set("id", None), SetApart("missing_key")),
    _of(WEB, "key is null", column_set("event_id", None), SetApart("missing_key")),
    _of(LEADS, "cursor is empty", column_set("updated_at", ""), SetApart("missing_key")),
    _of(ORDERS, "keys of another system", column_set("order_id", lambda key: "X-" + key), SetApart("order_id_pattern")),
    _of(ORDERS, "row delivered twice", row_repeated(), Loaded("no_repeated_rows")),
    _of(INTERACTIONS, "row delivered twice", row_repeated(), Loaded("no_repeated_rows")),
    _of(EMPLOYEES, "key twice with other contents", row_repeated(department="legal"), Refused("one_version_per_key")),
    # ranges and arithmetic
    _of(ORDERS, "negative amount", column_set("net", "-36.21"), SetApart("net_not_negative")),
    _of(ORDERS, "net is not gross less discount", column_set("net", "0.01"), SetApart("net_is_gross_less_discount")),
    _of(ORDERS, "negative rate of exchange", column_set("fx_rate", "-1"), SetApart("rate_is_plausible")),
    _of(LINES, "negative quantity", column_set("quantity", "-1"), SetApart("quantity_is_plausible")),
    _of(LINES, "free of charge to the seller", column_set("unit_cost", "-9.18"), SetApart("cost_not_negative")),
    _of(REFUNDS, "negative refund", column_set("amount", "-5"), SetApart("amount_not_negative")),
    _of(PRODUCTS, "negative cost", column_set("unit_cost", "-1"), SetApart("cost_not_negative")),
    _of(SPEND, "negative cost", column_set("cost", "-2.72"), SetApart("cost_not_negative")),
    _of(SPEND, "more clicks than impressions", column_set("clicks", "99999"), SetApart("clicks_within_impressions")),
    _of(DEALS, "negative amount", newer_version(amount="-1"), SetApart("amount_not_negative")),
    _of(INTERACTIONS, "negative duration", column_set("handle_seconds", -3), SetApart("handle_is_plausible")),
    _of(INTERACTIONS, "contact of four days", column_set("handle_seconds", 400_000), SetApart("handle_is_plausible")),
    _of(TICKETS, "no contact resolved it", column_set("contacts_to_resolve", -1), SetApart("contacts_are_plausible")),
    # scores
    _of(SURVEYS, "impossible satisfaction", _first_csat("score", 6), SetApart("csat_score")),
    _of(SURVEYS, "negative score", _first_csat("score", -1), SetApart("csat_score")),
    _of(STAFF_SURVEYS, "impossible score", column_set("score", "11"), SetApart("employee_score")),
    # times
    _of(ORDERS, "order of the far future", column_set("created", LOCAL_NEVER), SetApart("created_by_now")),
    _of(TICKETS, "opened in the far future", column_set("opened_at", NEVER), SetApart("opened_by_now")),
    _of(
        TICKETS,
        "answered before opened",
        column_set("first_response_at", "2020-01-01T00:00:00Z"),
        SetApart("answered_after_opened"),
    ),
    _of(
        SURVEYS,
        "answered before sent",
        _first_csat("answered_at", "2020-01-01T00:00:00Z"),
        SetApart("answered_after_sent"),
    ),
    _of(EMPLOYEES, "left before hired", column_set("left_on", "2001-01-01"), SetApart("left_after_hired")),
    _of(
        TICKETS,
        "clock six hours ahead",
        times_moved(["opened_at", "first_response_at", "resolved_at", "closed_at", "updated_at"], timedelta(hours=6)),
        Refused("same_hours_as_usual"),
    ),
    _of(
        ORDERS,
        "clock six hours behind",
        times_moved(["created", "cancelled", "updated_at"], timedelta(hours=-6)),
        Refused("same_hours_as_usual"),
    ),
    # enumerations
    _of(ORDERS, "unknown status", column_set("status", "teleported"), SetApart("known_status")),
    _of(ORDERS, "unknown currency", column_set("currency", "EURO"), SetApart("currency_code")),
    _of(TICKETS, "unknown status", column_set("status", "asleep"), SetApart("known_status")),
    _of(TICKETS, "unknown channel", column_set("channel", "pigeon"), SetApart("known_channel")),
    _of(DEALS, "unknown stage", newer_version(stage="almost"), SetApart("known_stage")),
    _of(ACTIVITIES, "unknown kind", column_set("kind", "nap"), SetApart("known_kind")),
    _of(SURVEYS, "unknown kind", column_set("kind", "horoscope"), SetApart("known_kind")),
    _of(WEB, "unknown event", column_set("event", "teleport"), SetApart("known_event")),
    _of(WEB, "unknown event in every row", column_set("event", "teleport", None), Refused("too_many_rejected")),
    _of(SPEND, "platform is empty", column_set("platform", ""), SetApart("platform_is_there")),
    # files
    _of(ORDERS, "cut off in the middle of a line", cut_off(0.5), Refused("unreadable")),
    _of(TICKETS, "packed file cut off", cut_off(0.5), Refused("unreadable")),
    _of(WEB, "Parquet file cut off", cut_off(0.5), Refused("unreadable")),
    _of(INTERACTIONS, "cut off in the middle of a line", cut_off(0.5), Refused("unreadable")),
    _of(
        ORDERS,
        "bytes that are no UTF-8",
        bytes_changed(lambda content: content.replace(b"web", b"w\xe9b")),
        Refused("unreadable"),
    ),
    _of(
        SURVEYS,
        "bytes that are no UTF-8",
        bytes_changed(lambda content: content.replace(b"csat", b"cs\xe9t", 1)),
        Refused("unreadable"),
    ),
    _of(
        ORDERS,
        "byte order mark and CRLF",
        bytes_changed(lambda content: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")),
        Loaded(),
    ),
    _of(ORDERS, "no bytes", overwritten(b""), Refused("unreadable")),
    _of(
        ORDERS,
        "a header and no rows",
        bytes_changed(lambda content: content.splitlines(keepends=True)[0]),
        Refused("not_empty"),
    ),
    _of(WEB, "no rows", rows_left_out(lambda place, row: False), Refused("not_empty")),
    _of(
        ORDERS,
        "a web page of an error",
        overwritten(b"<html><body>502 Bad Gateway</body></html>\n"),
        Refused("missing_column"),
    ),
    _of(WEB, "a text under the name of Parquet", overwritten(b"not found"), Refused("unreadable")),
    _of(EMPLOYEES, "file is gone", removed, Missing()),
    # columns
    _of(ORDERS, "column renamed", column_renamed("net", "net_eur"), Refused("missing_column")),
    _of(WEB, "column renamed", column_renamed("device", "device_type"), Refused("missing_column")),
    _of(TICKETS, "column removed", column_removed("closed_at"), Refused("missing_column")),
    _of(ORDERS, "column added", column_added("loyalty_points", "7"), Loaded()),
    _of(INTERACTIONS, "column added", column_added("mood", "good"), Loaded()),
    _of(ORDERS, "columns in another order", columns_reordered, Loaded()),
    _of(ORDERS, "net and gross swapped", columns_swapped("gross", "net"), Refused("too_many_rejected")),
    _of(ORDERS, "ids swapped", columns_swapped("order_id", "customer_id"), Refused("too_many_rejected")),
    _of(
        SPEND, "impressions and clicks swapped", columns_swapped("impressions", "clicks"), Refused("too_many_rejected")
    ),
    _of(
        INTERACTIONS,
        "durations swapped",
        columns_swapped("handle_seconds", "wait_seconds"),
        Refused("same_scale_of_handle"),
    ),
    # amounts of data
    _of(
        ORDERS,
        "delivered again under another name",
        delivered_again("2026-09_resent.csv"),
        Loaded("no_repeated_deliveries"),
    ),
    _of(
        WEB,
        "delivered again under another name",
        delivered_again("2026-09-30_resent.parquet"),
        Loaded("no_repeated_deliveries"),
    ),
    _of(ORDERS, "half of the rows", rows_left_out(lambda place, row: place % 2 == 0), Refused("enough_rows_a_day")),
    _of(
        INTERACTIONS,
        "half of the rows",
        rows_left_out(lambda place, row: place % 2 == 0),
        Refused("enough_rows_a_day"),
    ),
    _of(
        ORDERS,
        "every row four times under new keys",
        rows_changed(
            lambda rows: [row | {"order_id": f"O{copy}{row['order_id'][2:]}"} for copy in "0123" for row in rows]
        ),
        Refused("enough_rows_a_day"),
    ),
    _of(ORDERS, "customers are empty", column_set("customer_id", "", None), Refused("customers_are_named")),
    _of(
        ORDERS,
        "amounts in cents",
        rows_changed(
            lambda rows: [
                row | {name: str(round(float(row[name]) * 100)) for name in ("gross", "discount", "net")}
                for row in rows
            ]
        ),
        Refused("same_scale_of_net"),
    ),
    _of(WEB, "every device is one", column_set("device", "desktop", None), Loaded("same_mix_of_devices")),
)
