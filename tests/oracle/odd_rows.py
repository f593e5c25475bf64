"""Rows on the edges of the catalogue's definitions, appended to the raw extracts of the generated company.

The generated company ends at 2026-09-30T22:00:00Z, midnight in Madrid.
"""

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def append(extracts: Path) -> None:
    """Add the rows to files of September 2026 and to files that hold everything."""
    for file, rows in {
        "people/employees.csv": _employees(),
        "people/surveys.csv": _employee_surveys(),
        "shop/orders/2026-09.csv": _orders(),
        "shop/order_lines/2026-09.csv": _order_lines(),
        "shop/refunds/2026-09.csv": _refunds(),
        "crm/leads.csv": _leads(),
        "crm/deals.csv": _deals(),
        "crm/activities.csv": _activities(),
        "ads/2026-09.csv": _spend(),
    }.items():
        with (extracts / file).open("a") as lines:
            lines.writelines(f"{row}\n" for row in rows)
    helpdesk = extracts / "helpdesk"
    with gzip.open(helpdesk / "tickets" / "2026-09.jsonl.gz", "at") as lines:
        lines.writelines(f"{json.dumps(row)}\n" for row in _tickets())
    for table, rows in (("interactions", _interactions()), ("surveys", _surveys())):
        with (helpdesk / table / "2026-09.jsonl").open("a") as lines:
            lines.writelines(f"{json.dumps(row)}\n" for row in rows)
    _append_events(extracts / "web")


def _employees() -> list[str]:
    """A department of four with six who left, a new one of six, one that was closed, one of the next month."""
    return [
        *(f"EL{n},legal,2019-03-01," for n in range(4)),
        *(f"EX{n},legal,2020-01-01,202{n % 3 + 4}-0{n + 1}-15" for n in range(6)),
        *(f"ED{n},design,2025-03-12," for n in range(6)),
        *(f"EC{n},closed,2021-05-01,2025-02-10" for n in range(7)),
        "EN0,legal,2026-09-29,2026-09-30",
        "EN1,later,2026-10-02,",
    ]


def _employee_surveys() -> list[str]:
    """Four answers of one department, five of another, one answered in the next month, one never."""
    return [
        *(f"ESL{n},EL{n},2026-06-01 09:00:00,2026-06-02 10:00:00,{n + 5}" for n in range(4)),
        *(f"ESD{n},ED{n},2026-06-01 09:00:00,2026-06-03 10:00:00,{n + 4}" for n in range(5)),
        "ESD9,ED5,2026-06-30 09:00:00,2026-07-01 00:10:00,9",
        "ESE9,E0001,2026-06-01 09:00:00,,",
    ]


def _orders() -> list[str]:
    """Ties in time, a campaign that costs nothing, an unknown customer, no cost, cancelled later, from tomorrow."""

    def order(number: str, customer: str, created: str, source: str, campaign: str = "", **other: str) -> str:
        cells = {
            "cancelled": "",
            "status": "completed",
            "cost": "4.25",
            "currency": "EUR",
            "fx_rate": "1.000000",
        } | other
        return (
            f"{number},{customer},,{campaign},{created},{cells['cancelled']},web,{source},ES,{cells['status']},"
            f"10.00,0.00,10.00,{cells['cost']},{cells['currency']},{cells['fx_rate']},{created},0"
        )

    return [
        # the same second: the smaller number comes first, and only it is the first order
        order("XB", "C_NEW", "2026-09-10 12:00:00", "cpc", "cmp_search_brand"),
        order("XA", "C_NEW", "2026-09-10 12:00:00", "organic"),
        order("XC", "C_NEW", "2026-09-17 00:00:00", "affiliate", "cmp_free"),
        order("XD", "C_NOBODY", "2026-09-18 12:00:00", ""),
        order("XE", "C00000001", "2026-09-30 23:59:59", "social", currency="USD", fx_rate="0.900000"),
        order("XF", "C00000001", "2026-09-30 23:59:58", "social", cost=""),
        order("XG", "C00000002", "2026-10-01 00:00:01", "social"),
        order("XH", "C00000002", "2026-09-12 10:00:00", "display", cancelled="2026-10-02 10:00:00", status="cancelled"),
        order("XI", "C00000003", "2026-09-13 10:00:00", "display", cancelled="2026-09-14 10:00:00", status="cancelled"),
        order("XJ", "", "2026-09-14 10:00:00", "cpc", "cmp_free", cost=""),
        # 02:30 came twice that night
        order("XK", "C00000004", "2025-10-26 02:30:00", "referral"),
    ]


def _order_lines() -> list[str]:
    return [
        "XA1,XA,P00001,2,2.50,1.00,2026-09-10 12:00:00,0",
        "XA2,XA,P00001,1,2.50,1.00,2026-09-10 12:00:00,0",
        "XA3,XA,P00002,1,2.50,1.00,2026-09-10 12:00:00,0",
        "XC1,XC,P99999,3,3.33,1.00,2026-09-17 00:00:00,0",
        "XD1,XD,P00002,1,10.00,1.00,2026-09-18 12:00:00,1",
        "XN1,NOBODY,P00002,1,10.00,1.00,2026-09-18 12:00:00,0",
    ]


def _refunds() -> list[str]:
    """More units than were sold, and a refund after thirty days to the second."""
    return [
        "RA1,XA,P00001,2026-09-11 12:00:00,5,12.50,EUR,1.000000,defective",
        "RA2,XA,P00002,2026-10-10 12:00:00,1,2.50,EUR,1.000000,defective",
        "RK1,XK,P00001,2025-11-01 12:00:00,1,2.50,EUR,1.000000,defective",
    ]


def _leads() -> list[str]:
    return [
        "LX1,2026-05-01T10:00:00Z,cmp_search_brand,cpc,C00000001,2026-05-31T10:00:00Z,2026-05-31T10:00:00Z",
        "LX2,2026-05-01T10:00:00Z,,cpc,C00000001,2026-05-31T10:00:01Z,2026-05-31T10:00:01Z",
        "LX3,2026-09-20T22:30:00Z,,,C00000001,2026-10-02T10:00:00Z,2026-09-20T22:30:00Z",
        "LX4,2026-10-02T22:30:00Z,,,,,2026-09-20T22:30:00Z",
    ]


def _deals() -> list[str]:
    """New markets (QA, QB, QC), a deal that closes tomorrow, one without an amount, one that nobody has won yet."""
    return [
        "DX1,,C00000001,seller_01,office_plan,QA,won,2025-04-10T10:00:00Z,2025-05-20T22:30:00Z,100.00,2025-05-21T10:00:00Z",
        "DX2,LX1,C00000001,seller_01,office_plan,QA,won,2026-05-02T10:00:00Z,2026-06-30T22:00:00Z,70.00,2026-07-01T10:00:00Z",
        "DX3,,C00000001,seller_02,,QB,won,2025-04-10T10:00:00Z,2025-05-02T10:00:00Z,50.00,2025-05-02T10:00:00Z",
        "DX4,,C00000001,seller_02,,QC,lost,2025-04-10T10:00:00Z,2025-05-02T10:00:00Z,50.00,2025-05-02T10:00:00Z",
        "DX5,,C00000001,seller_02,,ES,won,2026-09-10T10:00:00Z,2026-10-02T10:00:00Z,40.00,2026-09-30T10:00:00Z",
        "DX6,,C00000001,seller_02,,ES,open,2026-09-10T10:00:00Z,,,2026-09-30T10:00:00Z",
        "DX7,,C00000001,seller_02,,ES,open,2026-10-01T10:00:00Z,,30.00,2026-09-30T10:00:00Z",
    ]


def _activities() -> list[str]:
    return [
        "AX1,,seller_01,market_analysis,QA,2025-04-05T10:00:00Z",
        "AX2,,seller_01,market_analysis,QA,2025-06-05T10:00:00Z",
        "AX3,,seller_01,market_analysis,QB,2025-05-03T10:00:00Z",
        "AX4,,seller_01,market_analysis,QC,2025-06-30T22:30:00Z",
        "AX5,,seller_01,market_analysis,QD,2026-10-01T10:00:00Z",
        "AX6,,seller_01,follow_up_call,QD,2026-10-01T10:00:00Z",
    ]


def _spend() -> list[str]:
    """A campaign that nobody clicked and nobody ordered from."""
    return ["2026-09-30,cmp_quiet,display_network,0,0,12.345678,EUR,1.000000"]


def _tickets() -> list[dict[str, Any]]:
    def ticket(number: str, **cells: Any) -> dict[str, Any]:
        nothing = dict.fromkeys(("first_response_at", "resolved_at", "closed_at", "contacts_to_resolve"))
        given = {"customer_id": "C00000001", "status": "open", "channel": "chat", "priority": None, "topic": "product"}
        opened = {"opened_at": "2026-09-15T10:00:00Z", "reopened": False, "updated_at": "2026-09-16T10:00:00Z"}
        return {"id": number} | nothing | given | opened | cells

    return [
        ticket("TX1"),
        ticket("TX2", first_response_at="2026-10-01T10:00:00Z"),
        ticket("TX3", closed_at="2026-10-01T10:00:00Z", status="unresolved"),
        ticket("TX4", closed_at="2026-09-16T10:00:00Z", status="unresolved"),
        ticket("TX5", closed_at="2026-09-16T10:00:00Z", status="resolved", contacts_to_resolve=1, reopened=True),
        ticket("TX6", first_response_at="2026-09-15T10:00:00Z", channel=None, topic=None),
        ticket("TX7", opened_at="2026-10-01T10:00:00Z"),
    ]


def _interactions() -> list[dict[str, Any]]:
    def contact(number: str, ticket: str | None, **cells: Any) -> dict[str, Any]:
        given = {"agent": "agent_01", "channel": "chat", "started_at": "2026-09-15T22:30:00Z", "handle_seconds": 60}
        return {"id": number, "ticket_id": ticket} | given | {"wait_seconds": 5, "answered": True} | cells

    return [
        contact("IX1", "TX4", answered=False, handle_seconds=None, agent=None),
        contact("IX2", "TX5"),
        contact("IX3", None, channel=None),
        contact("IX4", "TX5", started_at="2026-10-01T10:00:00Z"),
    ]


def _surveys() -> list[dict[str, Any]]:
    def survey(number: str, **cells: Any) -> dict[str, Any]:
        given = {"kind": "nps", "customer_id": "C00000001", "ticket_id": None, "channel": "email"}
        times = {"sent_at": "2026-09-01T10:00:00Z", "answered_at": None, "score": None}
        return {"id": number} | given | times | {"updated_at": "2026-09-20T10:00:00Z"} | cells

    return [
        survey("SX1", answered_at="2026-09-15T10:00:00Z", score=9),
        survey("SX2", answered_at="2026-09-15T10:00:01Z", score=6),
        survey("SX3", customer_id="C_NOBODY", answered_at="2026-09-02T10:00:00Z", score=0),
        survey("SX4", answered_at="2026-10-01T10:00:00Z", score=10),
        survey("SX5", kind="csat", ticket_id="NOBODY", answered_at="2026-09-02T10:00:00Z", score=4),
        survey("SX6", sent_at="2026-10-01T10:00:00Z"),
    ]


def _append_events(web: Path) -> None:
    """Visitors who log in late, change device, come over midnight, or visit around the orders of a customer."""

    def event(number: str, session: str | None, at: str, user: str | None = None, **cells: Any) -> dict[str, Any]:
        ids = {
            "event_id": f"x{number}",
            "session_id": session,
            "visitor_id": "vx",
            "user_id": user,
            "campaign_id": None,
        }
        given = {"ts": datetime.fromisoformat(at), "event": "page_view", "url": "/a/b#part", "product_id": None}
        return ids | given | {"source": "cpc", "device": "web_mobile", "country": "ES"} | cells

    files = sorted(web.glob("*.parquet"))
    rows = [
        event("01", "sx1", "2026-09-03T21:59:00Z", device="ios_app", country=None, source=""),
        event("02", "sx1", "2026-09-03T22:01:00Z", "C_NEW", event="product_view", url="/product/P00001?x=1"),
        event("03", "sx1", "2026-09-03T22:01:00Z", "C_NEW", url="/help?ref=a"),
        # orders of C_NEW: two on the 10th, one on the 17th
        event("04", "sx2", "2026-09-11T10:00:00Z", "C_NEW", event="purchase", url="/checkout/thanks"),
        event("05", "sx3", "2026-09-11T12:00:00Z", "C_NEW", url=""),
        event("06", "sx4", "2026-10-01T10:00:00Z", "C_NEW"),
        event("07", None, "2026-09-16T10:00:00Z", "C_NEW"),
        event("08", "sx5", "2026-09-29T10:00:00Z", "C00000001", event="add_to_cart", url="/cart?add=P00001"),
        event("09", "sx5", "2026-09-29T10:00:00Z", "C00000001", url="/"),
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=pq.read_schema(files[0])), web / "2026-09-30_odd.parquet")
