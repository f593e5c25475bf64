"""The shop: orders, lines, refunds, products and customers as monthly and whole CSV files in local time."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from data.sample_company import currencies, customers, marketing, orders
from data.sample_company.clock import DAY, months_of, to_local
from data.sample_company.columns import NONE, decimals, flags, ids, integers, labels, local_text
from data.sample_company.deliveries import Deliveries, deliveries_of
from data.sample_company.faults import DEVICE, SUPPLIER
from data.sample_company.orders import Lines, Orders
from data.sample_company.plan import Plan, Span
from data.sample_company.products import SUPPLIERS, Products
from data.sample_company.season import SHOPPING_WEEK
from data.sample_company.streams import pick
from data.sample_company.writers import CsvFile, MonthlyFiles

_ORDERS = 40_000
_CUSTOMERS_BEFORE = 4_000
_PROMOTION_SIZE = 0.45
_REASONS = ("defective", "wrong_size", "not_as_described", "changed_mind", "damaged_in_transit")


@dataclass(frozen=True)
class WebOrders:
    """Orders placed on the web as the tracker sees them; a failed one never became an order."""

    placed: Orders
    product: np.ndarray
    failed: np.ndarray


class Shop:
    """Writes the shop's extracts span by span; ``known`` customers exist so far."""

    def __init__(self, plan: Plan, out: Path, products: Products):
        self._plan, self._products = plan, products
        folder = out / "shop"
        self._orders, self._lines, self._refunds = (
            MonthlyFiles(folder / table, ".csv") for table in ("orders", "order_lines", "refunds")
        )
        self._customers = CsvFile(folder / "customers.csv")
        products_file = CsvFile(folder / "products.csv")
        products_file.write(products.table())
        products_file.close()
        self._counts = plan.counts("orders", _ORDERS, SHOPPING_WEEK)
        extra = plan.rng("promotion.counts").poisson(self._counts * _PROMOTION_SIZE)
        self.promotion_counts = np.where(plan.faults.hits("promotion_mix", plan.days), extra, 0)
        self.known = self._write_early_customers()
        self._promoted = customers.PROMOTED

    def _write_early_customers(self) -> int:
        """Customers from before the first day; returns how many."""
        plan, count = self._plan, max(20, int(_CUSTOMERS_BEFORE * self._plan.scale))
        for start in range(0, count, 20_000):
            numbers = np.arange(start, min(count, start + 20_000))
            created = plan.first * DAY - 700 * DAY + (numbers * (699 * DAY / count)).astype(np.int64)
            drawn = plan.rng("early customers", start).random(len(numbers))
            self._customers.write(customers.table(plan, numbers, created, pick(drawn, marketing.LEAD_MIX)))
        return count

    def write(self, span: Span) -> list[WebOrders]:
        """Write the span's rows and return the web orders of the base and of the promotion."""
        plan = self._plan
        counts, number = plan.on(span, self._counts), plan.before(span, self._counts)
        drawn, lines = orders.draw(plan, self._products, span, counts, number, self.known, None)
        self.known += int(drawn.is_first.sum())
        web = [self._deliver(span, drawn, lines)]
        extra = plan.on(span, self.promotion_counts)
        if extra.any():
            number = orders.PROMOTED + plan.before(span, self.promotion_counts)
            drawn, lines = orders.draw(plan, self._products, span, extra, number, self.known, self._promoted)
            self._promoted += int(drawn.is_first.sum())
            plan.faults.rows["promotion_mix"] += len(drawn.number)
            web.append(self._deliver(span, drawn, lines))
        return web

    def close(self) -> None:
        """Close all files."""
        for file in (self._orders, self._lines, self._refunds, self._customers):
            file.close()

    def _deliver(self, span: Span, drawn: Orders, lines: Lines) -> WebOrders:
        plan, is_promotion = self._plan, bool(len(drawn.number) and drawn.number[0] >= orders.PROMOTED)
        stream = "promotion" if is_promotion else "orders"
        failed = self._failed(drawn, plan.rng(f"{stream}.checkout", span.index))
        refunded = _refund_draws(plan.rng(f"{stream}.refunds", span.index), len(lines.order))
        first = drawn.is_first
        created = to_local(drawn.at[first] - 240)
        self._customers.write(customers.table(plan, drawn.customer[first], created, drawn.source[first]))
        first_lines = lines.product[lines.place == 0]
        web = drawn.channel == orders.WEB
        self._write_refunds(drawn, lines, refunded, failed)
        kept, kept_lines = drawn.keep(~failed), lines.keep_orders(~failed)
        self._write_orders(deliveries_of(plan, kept, kept_lines, plan.rng(f"{stream}.deliveries", span.index)))
        return WebOrders(drawn.keep(web), first_lines[web], failed[web])

    def _failed(self, drawn: Orders, rng: np.random.Generator) -> np.ndarray:
        """Web orders that the checkout fault prevented."""
        on_device = (drawn.channel == orders.WEB) & (drawn.device == orders.DEVICES.index(DEVICE))
        failed = self._plan.faults.hits("checkout_fault", drawn.day) & on_device & (rng.random(len(on_device)) < 0.95)
        self._plan.faults.rows["checkout_fault"] += int(failed.sum())
        return failed

    def _write_orders(self, delivered: Deliveries) -> None:
        for rows, lines, updated, deleted, month in delivered.parts:
            self._orders.write(order_table(rows, updated, deleted), month)
            self._lines.write(line_table(rows, lines, updated, deleted), month[lines.order])

    def _write_refunds(self, drawn: Orders, lines: Lines, draws: np.ndarray, failed: np.ndarray) -> None:
        """Refunds of completed orders, filed by the month they were made in."""
        plan, order = self._plan, lines.order
        chance, delay, share = draws
        is_hit = plan.faults.hits("supplier_returns", drawn.day[order])
        is_hit &= self._products.supplier[lines.product] == SUPPLIERS.index(SUPPLIER)
        usual = self._products.return_share[lines.product]
        at = drawn.at[order] + ((1.0 - 9.0 * np.log1p(-delay)) * DAY).astype(np.int64)
        possible = (drawn.cancelled[order] < 0) & ~failed[order] & (at <= plan.as_of)
        chosen = np.flatnonzero(possible & (chance < np.where(is_hit, 3 * usual, usual)))
        plan.faults.rows["supplier_returns"] += int((is_hit & (chance >= usual))[chosen].sum())
        kept = Lines(
            *(getattr(lines, name)[chosen] for name in ("order", "place", "product", "quantity", "price", "cost"))
        )
        quantity = np.minimum(1 + (share[chosen] * 1.6 * kept.quantity).astype(np.int64), kept.quantity)
        self._refunds.write(*refund_table(drawn, kept, at[chosen], quantity))


def _refund_draws(rng: np.random.Generator, rows: int) -> np.ndarray:
    """Three uniform numbers a line: whether, when and how much of it comes back."""
    return rng.random((3, rows))


def order_table(rows: Orders, updated: np.ndarray, deleted: np.ndarray) -> pa.Table:
    """Rows of ``orders``."""
    return pa.table(
        {
            "order_id": ids("O", rows.number, 9),
            "customer_id": customers.id_column(rows.customer),
            "session_id": session_ids(np.where(rows.channel == orders.WEB, rows.number, NONE)),
            "campaign": labels(marketing.CAMPAIGNS, rows.campaign),
            "created": local_text(to_local(rows.at)),
            "cancelled": local_text(_local_or_none(rows.cancelled)),
            "channel": labels(orders.CHANNELS, rows.channel),
            "source": labels(marketing.SOURCES, rows.source),
            "country": labels(customers.COUNTRIES, rows.country),
            "status": labels(("completed", "cancelled"), (rows.cancelled >= 0).astype(int)),
            "gross": decimals(rows.gross),
            "discount": decimals(rows.discount),
            "net": decimals(rows.net),
            "cost": decimals(rows.cost),
            "currency": labels(currencies.CODES, rows.currency),
            "fx_rate": decimals(rows.rate, 6),
            "updated_at": local_text(to_local(updated)),
            "deleted": flags(deleted),
        }
    )


def line_table(rows: Orders, lines: Lines, updated: np.ndarray, deleted: np.ndarray) -> pa.Table:
    """Rows of ``order_lines``; a line is as new as its order."""
    number = rows.number[lines.order]
    return pa.table(
        {
            "line_id": ids("L", number * 10 + lines.place, 10),
            "order_id": ids("O", number, 9),
            "product_id": ids("P", lines.product, 5),
            "quantity": integers(lines.quantity),
            "unit_price": decimals(lines.price),
            "unit_cost": decimals(lines.cost),
            "updated_at": local_text(to_local(updated[lines.order])),
            "deleted": flags(deleted[lines.order]),
        }
    )


def refund_table(drawn: Orders, lines: Lines, at: np.ndarray, quantity: np.ndarray) -> tuple[pa.Table, np.ndarray]:
    """Rows of ``refunds`` and the month of each; the amount is the units' share of the order's net amount."""
    number, local = drawn.number[lines.order], to_local(at)
    paid = drawn.net[lines.order] / np.maximum(drawn.gross[lines.order], 1)
    reason = (number * 7 + lines.place * 3) % len(_REASONS)
    table = pa.table(
        {
            "refund_id": ids("R", number * 10 + lines.place, 10),
            "order_id": ids("O", number, 9),
            "product_id": ids("P", lines.product, 5),
            "refunded": local_text(local),
            "quantity": integers(quantity),
            "amount": decimals(np.round(quantity * lines.price * paid).astype(np.int64)),
            "currency": labels(currencies.CODES, drawn.currency[lines.order]),
            "fx_rate": decimals(drawn.rate[lines.order], 6),
            "reason": labels(_REASONS, reason),
        }
    )
    return table, months_of(local)


def session_ids(numbers: np.ndarray) -> pa.Array:
    """Web session ids; a session that buys has the number of its order."""
    return ids("s", numbers, 11)


def _local_or_none(moments: np.ndarray) -> np.ndarray:
    return np.where(moments < 0, NONE, to_local(np.maximum(moments, 0)))
