"""What the sample company hides: which faults there are, when each one happens, and the truth about it.

A fault only filters, changes or adds to what the base streams draw, so everything it does not touch stays as it is.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import numpy as np

from data.sample_company.clock import autumn_changes, day_number, day_of, month_back

NAMES = (
    "checkout_fault",
    "promotion_mix",
    "supplier_returns",
    "sms_handle_time",
    "channel_cost",
    "missing_surveys",
    "late_orders",
    "corrections",
    "deletions",
    "dst",
    "duplicate_deliveries",
    "renamed_column",
)
DEVICE, SUPPLIER, PAID_CHANNEL, SEGMENT = "android_app", "Cierzo Textil", "paid_social", "student"
_SALES = ["total_revenue", "recurring_sales", "gross_margin", "revenue_per_customer"]
# What else is computed from orders, and what beside the two rates of sessions from web events.
_ALSO_ORDERS = [
    "customer_acquisition_cost",
    "campaign_roi",
    "return_rate",
    "organic_repurchase_rate",
    "customer_churn_rate",
    "customer_lifetime_value",
    "employee_productivity",
    "average_order_value",
    "sales_per_ticket",
    "revenue_mtd",
    "revenue_qtd",
    "revenue_ytd",
    "roas",
    "visit_to_purchase_7d",
    "active_customers_28d",
    "active_customers",
]
_ALSO_EVENTS = [
    "traffic",
    "product_page_views",
    "pages_per_session",
    "session_duration",
    "exit_rate",
    "visit_to_purchase_7d",
]

# Per fault: the extract it shows in, the KPIs it must show in, others that may move with them, the segment, and how.
_TRUTHS = {
    "checkout_fault": (
        "web.events",
        ["conversion_rate", "cart_abandonment_rate"],
        ["total_revenue", "customer_acquisition_cost"],
        {"device": DEVICE},
        "purchases on one device fail; its conversion falls, its abandonment rises",
    ),
    "promotion_mix": (
        "shop.orders",
        ["revenue_per_customer"],
        # who comes for the first time bought nothing before
        [
            "total_revenue",
            "organic_repurchase_rate",
            "customer_acquisition_cost",
            "customer_churn_rate",
            "customer_lifetime_value",
        ],
        {"segment": SEGMENT},
        "low spenders come in; the value falls by mix, each segment spends as before",
    ),
    "supplier_returns": (
        "shop.refunds",
        ["return_rate"],
        [],
        {"supplier": SUPPLIER},
        "units ordered in the window come back three times as often",
    ),
    "sms_handle_time": (
        "helpdesk.interactions",
        ["average_handle_time"],
        [],
        {"channel": "sms"},
        "handle time grows steadily to twice its level",
    ),
    "channel_cost": (
        "ads.spend",
        ["customer_acquisition_cost", "campaign_roi"],
        [],
        {"acquisition_channel": PAID_CHANNEL},
        "cost doubles at the same clicks and orders",
    ),
    "missing_surveys": (
        "helpdesk.surveys",
        ["customer_satisfaction"],
        ["csat_surveys_sent", "surveys_sent", "survey_response_rate"],
        {"kind": "csat"},
        "csat surveys sent in the window never arrive",
    ),
    "late_orders": ("shop.orders", _SALES, _ALSO_ORDERS, None, "rows arrive up to 40 days late, in a later file"),
    "corrections": (
        "shop.orders",
        _SALES,
        _ALSO_ORDERS,
        None,
        "a newer version with another net or status, in a later file",
    ),
    "deletions": ("shop.orders", _SALES, _ALSO_ORDERS, None, "delivered again with deleted = 1, in a later file"),
    "dst": ("shop.orders", [], [], None, "a third of a day's orders in the hour that autumn repeats"),
    "duplicate_deliveries": ("", [], [], None, "files delivered twice under another name; no value may change"),
    "renamed_column": (
        "web.events",
        ["conversion_rate", "cart_abandonment_rate"],
        _ALSO_EVENTS,
        None,
        "one day's file has device_type instead of device",
    ),
}


def _windows(first: int, last: int) -> dict[str, tuple[int, int]]:
    """First and last day number of each fault; steering faults lie in the last two quarters."""
    end = day_of(last)
    spring, promotion, checkout, recent = (month_back(end, k)[0] for k in (5, 3, 2, 1))
    autumn = int(autumn_changes(np.arange(first, last + 1))[-1])
    return {
        "checkout_fault": (checkout + 12, checkout + 20),
        "promotion_mix": month_back(end, 3),
        "supplier_returns": month_back(end, 4),
        "sms_handle_time": (recent + 16, recent + 57),
        "channel_cost": (recent, last),
        "missing_surveys": (promotion + 7, promotion + 13),
        "late_orders": (first, last),
        "corrections": (first, last),
        "deletions": (first, last),
        "dst": (autumn, autumn),
        "duplicate_deliveries": (spring, month_back(end, 5)[1]),
        "renamed_column": (last - 14, last - 14),
    }


def parse(text: str) -> frozenset[str]:
    """Names in ``all``, ``none`` or a comma-separated list; ValueError names the unknown ones and what is allowed."""
    if text in ("all", "none"):
        return frozenset(NAMES if text == "all" else ())
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    unknown = sorted(names - set(NAMES))
    if unknown or not names:
        allowed = ", ".join(("all", "none", *NAMES))
        raise ValueError(f"{', '.join(unknown) or 'an empty list'} is not allowed; use {allowed}")
    return names


class Faults:
    """The active faults of one company, when they happen, and how many rows each one touched."""

    def __init__(self, active: Iterable[str], first: date, last: date):
        self.active = frozenset(active)
        self.windows = _windows(day_number(first), day_number(last))
        self.rows: Counter[str] = Counter()
        self.details: dict[str, dict] = {}

    def hits(self, name: str, days: np.ndarray) -> np.ndarray:
        """Which day numbers lie in the window of ``name``; none if it is not active."""
        first, last = self.windows[name]
        return (days >= first) & (days <= last) & (name in self.active)

    def truth(self) -> dict[str, dict]:
        """What each active fault did: table, KPIs, segment, first and last local day, rows touched."""
        return {name: self._one_truth(name) for name in NAMES if name in self.active}

    def _one_truth(self, name: str) -> dict:
        table, kpis, also, segment, effect = _TRUTHS[name]
        days = [str(day_of(day)) for day in self.windows[name]]
        facts = {"table": table or None, "kpis": kpis, "may_also_move": also, "segment": segment, "days": days}
        return {**facts, "effect": effect, "rows": self.rows[name], **self.details.get(name, {})}
