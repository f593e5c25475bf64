"""A company with few metrics of every type, whose deliveries, as-of and definitions a test moves on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import sunday_shop
import yaml

SEMANTIC = Path(__file__).with_suffix(".yml")
METRICS = (
    "revenue", "mean_order", "least_order", "most_order", "orders_placed", "new_customers", "buyers", "rough_buyers",
    "median_order", "high_order", "closing_amount", "store_revenue", "consumer_buyers", "new_share", "net_of_fees",
    "revenue_9d", "revenue_mtd", "buyers_9d", "orders_ever", "month_on_month", "orders_after_the_first",
)  # fmt: skip
WORDS = {"en": "Words", "es": "Palabras"}
USUAL = {"label": WORDS, "description": WORDS, "unit": "count", "quality": {"freshness": "24h", "needs": WORDS}}
ONLY_BY_MONTH = {"grains": ["month"], "review": "monthly"}
HEADER = "id,customer,channel,country,sold_at,net,gone"


def declare(folder: Path) -> None:
    """Write the company's declarations: orders that may be gone, and a snapshot of its customers."""
    sunday_shop.declare(folder)
    (folder / "till" / "orders.csv").unlink()
    sources = sunday_shop.SOURCES.replace("net: decimal}", "net: decimal, gone: boolean}\n        deletions: gone")
    (folder / "sources.yml").write_text(
        sources.replace(
            "customers.csv\n        key: [id]\n        mode: upsert",
            "customers/*.csv\n        key: [id]\n        mode: snapshot",
        )
    )
    (folder / "semantic").mkdir()
    (folder / "customers").mkdir()
    (folder / "kpis").mkdir()
    define(folder)


def define(
    folder: Path,
    without: Iterable[str] = (),
    slices: Mapping[str, list[str]] | None = None,
    replaced: Mapping[str, str] | None = None,
) -> None:
    """Write the definitions: every metric but some, by channel and segment or ``slices``, after replacing text."""
    text = SEMANTIC.read_text()
    for old, new in (replaced or {}).items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "semantic" / "orders.yml").write_text(text)
    items = [_contract(metric, slices or {}) for metric in METRICS if metric not in set(without)]
    document = {"department": "sales", "owner": {"team": "Sales", "email": "sales@example.com"}, "metrics": items}
    (folder / "kpis" / "sales.yml").write_text(yaml.safe_dump(document))


def _contract(metric: str, slices: Mapping[str, list[str]]) -> dict[str, Any]:
    usual = {"name": metric, "metric": metric, "slices": slices.get(metric, ["channel", "segment"]), **USUAL}
    return usual | (ONLY_BY_MONTH if metric == "month_on_month" else {})


def deliver(folder: Path, name: str, orders: Iterable[str] = (), customers: Mapping[str, str] | None = None) -> None:
    """Write one extract of orders, and if given all customers of today with their segments."""
    if lines := list(orders):
        (folder / "till" / f"{name}.csv").write_text("\n".join([HEADER, *lines, ""]))
    if customers is not None:
        lines = [f"{customer},{segment},ES" for customer, segment in customers.items()]
        (folder / "customers" / f"{name}.csv").write_text("\n".join(["id,segment,country", *lines, ""]))


def move_on(folder: Path, as_of: str) -> None:
    """Let the company's now be ``as_of``."""
    sources = folder / "sources.yml"
    _, _, rest = sources.read_text().partition("systems:")
    sources.write_text(f"as_of: {as_of}\nsystems:{rest}")
