"""Random histories: new, late, corrected, deleted and repeated rows, over few keys so that they collide."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

FIRST = datetime(2025, 3, 1)
DAYS = 45
Delivery = tuple[str, str, list[dict[str, Any]]]


class History:
    """A seeded source of deliveries of the sample company's tables.

    Keys are few and times scatter over 45 days around the daylight-saving change of March 2025, some of them after the
    as-of of the run that first sees them; orders go back five months more, so that months of customers come and go.
    """

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.version = FIRST

    def batch(self) -> Iterator[Delivery]:
        """One delivery of each table, as (system, table, rows)."""
        self.version += timedelta(hours=1)
        yield "shop", "orders", self._rows(30, self._order)
        yield "shop", "order_lines", self._rows(15, self._line)
        yield "shop", "refunds", self._rows(5, self._refund)
        yield "shop", "products", [self._product(n) for n in range(self.random.randint(3, 5))]
        yield "shop", "customers", [self._customer(n) for n in range(self.random.randint(4, 6))]
        yield "crm", "leads", self._rows(5, self._lead)
        yield "crm", "deals", self._rows(6, self._deal)
        yield "crm", "activities", self._rows(8, self._activity)
        yield "web", "events", self._rows(20, self._event)
        yield "helpdesk", "tickets", self._rows(8, self._ticket)
        yield "helpdesk", "interactions", self._rows(10, self._interaction)
        yield "helpdesk", "surveys", self._rows(8, self._survey)
        yield "ads", "spend", self._rows(5, self._spend)
        yield "people", "employees", [self._employee(n) for n in range(self.random.randint(3, 5))]
        yield "people", "surveys", self._rows(4, self._employee_survey)

    def _rows(self, most: int, make) -> list[dict[str, Any]]:
        return [make() for _ in range(self.random.randint(0, most))]

    def _key(self, prefix: str, many: int) -> str:
        return f"{prefix}{self.random.randrange(many)}"

    def _time(self) -> datetime:
        return FIRST + timedelta(seconds=self.random.randrange(DAYS * 86400))

    def _maybe(self, value: Any, chance: float = 0.5) -> Any:
        return value if self.random.random() < chance else None

    def _updated(self) -> datetime:
        """Mostly now, sometimes an older version that arrives late."""
        return self.version - timedelta(hours=self.random.choice([0, 0, 0, 2]), seconds=self.random.randrange(60))

    def _order(self) -> dict[str, Any]:
        created = self._time() - timedelta(days=self.random.choice([0, 0, 40, 80, 120, 150]))
        cancelled = self._maybe(created + timedelta(days=self.random.randint(0, 10)), 0.3)
        return {
            "order_id": self._key("o", 20),
            "customer_id": self._maybe(self._key("c", 6), 0.8),
            "created": created,
            "cancelled": cancelled,
            "channel": self.random.choice(["web", "store"]),
            "source": self.random.choice(["organic", "cpc", None]),
            "status": "cancelled" if cancelled else "completed",
            "gross": 100,
            "discount": 0,
            "net": self.random.randint(1, 100),
            "cost": self._maybe(self.random.randint(1, 60), 0.8),
            "fx_rate": 1,
            "updated_at": self._updated(),
            "deleted": self.random.random() < 0.1,
        }

    def _line(self) -> dict[str, Any]:
        return {
            "line_id": self._key("l", 30),
            "order_id": self._key("o", 20),
            "product_id": self._key("p", 5),
            "quantity": self.random.randint(1, 4),
            "unit_price": self.random.randint(0, 9),
            "updated_at": self._updated(),
            "deleted": self.random.random() < 0.1,
        }

    def _refund(self) -> dict[str, Any]:
        return {
            "refund_id": self._key("r", 15),
            "order_id": self._maybe(self._key("o", 20), 0.9),
            "product_id": self._key("p", 5),
            "refunded": self._time(),
            "quantity": self.random.randint(1, 3),
            "amount": 5,
            "fx_rate": 1,
        }

    def _product(self, n: int) -> dict[str, Any]:
        return {"product_id": f"p{n}", "category": self.random.choice("xy"), "supplier": self.random.choice("st")}

    def _customer(self, n: int) -> dict[str, Any]:
        return {"customer_id": f"c{n}", "segment": self.random.choice(["small", "large", None]), "country": "ES"}

    def _lead(self) -> dict[str, Any]:
        created = self._time()
        return {
            "lead_id": self._key("d", 10),
            "created_at": created,
            "converted_at": self._maybe(created + timedelta(days=self.random.randint(0, 40))),
            "updated_at": self._updated(),
        }

    def _deal(self) -> dict[str, Any]:
        created = self._time()
        stage = self.random.choice(["open", "won", "lost"])
        return {
            "deal_id": self._key("g", 12),
            "lead_id": self._maybe(self._key("d", 10)),
            "market": self._maybe(self._key("m", 4), 0.9),
            "stage": stage,
            "created_at": created,
            "closed_at": None if stage == "open" else created + timedelta(days=self.random.randint(0, 30)),
            "amount": self.random.randint(1, 1000),
            "updated_at": self._updated(),
        }

    def _activity(self) -> dict[str, Any]:
        return {
            "activity_id": self._key("a", 12),
            "kind": self.random.choice(["market_analysis", "market_analysis", "follow_up_call"]),
            "market": self._maybe(self._key("m", 4), 0.9),
            "occurred_at": self._time(),
        }

    def _event(self) -> dict[str, Any]:
        return {
            "event_id": self._key("e", 60),
            "session_id": self._key("s", 12),
            "ts": self._time(),
            "event": self.random.choice(["page_view", "product_view", "add_to_cart", "purchase"]),
            "user_id": self._maybe(self._key("c", 6), 0.4),
            "url": self.random.choice(["/", "/cart", "/product/P1?x=1", None]),
            "device": self.random.choice(["mobile", "desktop", None]),
        }

    def _ticket(self) -> dict[str, Any]:
        opened = self._time()
        status = self.random.choice(["open", "resolved", "unresolved"])
        return {
            "id": self._key("t", 15),
            "opened_at": opened,
            "first_response_at": self._maybe(opened + timedelta(minutes=5)),
            "closed_at": None if status == "open" else opened + timedelta(days=self.random.randint(0, 9)),
            "status": status,
            "topic": self.random.choice(["billing", "delivery"]),
            "contacts_to_resolve": self.random.randint(1, 2),
            "reopened": self.random.random() < 0.2,
            "updated_at": self._updated(),
        }

    def _interaction(self) -> dict[str, Any]:
        return {
            "id": self._key("i", 30),
            "ticket_id": self._key("t", 15),
            "agent": self._key("a", 3),
            "started_at": self._time(),
            "handle_seconds": self._maybe(self.random.randint(1, 600), 0.8),
            "answered": self.random.random() < 0.8,
        }

    def _survey(self) -> dict[str, Any]:
        sent = self._time()
        return {
            "id": self._key("v", 15),
            "kind": self.random.choice(["csat", "nps"]),
            "customer_id": self._maybe(self._key("c", 6), 0.8),
            "ticket_id": self._key("t", 15),
            "sent_at": sent,
            "answered_at": self._maybe(sent + timedelta(days=self.random.randint(0, 9))),
            "score": self.random.randint(1, 5),
            "updated_at": self._updated(),
        }

    def _spend(self) -> dict[str, Any]:
        return {
            "day": self._time().date(),
            "campaign_id": self._key("k", 2),
            "platform": "cpc",
            "impressions": 10,
            "clicks": 1,
            "cost": self.random.randint(1, 50),
            "fx_rate": 1,
        }

    def _employee(self, n: int) -> dict[str, Any]:
        hired = self._time().date()
        return {
            "employee_id": f"w{n}",
            "department": self.random.choice(["sales", "support"]),
            "hired_on": hired,
            "left_on": self._maybe(hired + timedelta(days=self.random.randint(-1, 30))),
        }

    def _employee_survey(self) -> dict[str, Any]:
        sent = self._time()
        return {
            "survey_id": self._key("u", 8),
            "employee_id": self._key("w", 5),
            "sent": sent,
            "answered": self._maybe(sent + timedelta(days=self.random.randint(0, 20))),
            "score": self.random.randint(1, 10),
        }
