"""Draws the orders of a span: who buys what, when, where, for how much."""

from dataclasses import dataclass, fields

import numpy as np

from data.sample_company import currencies, customers, marketing
from data.sample_company.clock import DAY, HOUR, autumn_changes, to_local, to_utc
from data.sample_company.columns import NONE
from data.sample_company.plan import Plan, Span
from data.sample_company.products import Products
from data.sample_company.season import SHOPPING_HOURS, moments
from data.sample_company.streams import pick

CHANNELS = ("web", "store", "phone", "marketplace")
WEB = 0
CHANNEL_MIX = (23, 56, 11, 10)
DEVICES = ("desktop", "mobile", "android_app", "ios_app", "tablet")
ORDER_DEVICE_MIX = (40, 20, 19, 15, 6)
PROMOTED = 500_000_000  # orders from here on came with the promotion
MAX_LINES = 9

# By segment: further lines and further units expected in a basket.
_MORE_LINES = np.array([1.0, 1.5, 2.2, 0.35])
_MORE_UNITS = np.array([0.30, 1.0, 2.6, 0.05])


@dataclass
class Orders:
    """Orders as equally long arrays; moments are UTC seconds, money is cents of the order's currency."""

    number: np.ndarray
    at: np.ndarray
    customer: np.ndarray
    is_first: np.ndarray
    channel: np.ndarray
    source: np.ndarray
    campaign: np.ndarray
    country: np.ndarray
    device: np.ndarray
    currency: np.ndarray
    rate: np.ndarray
    gross: np.ndarray
    discount: np.ndarray
    cost: np.ndarray
    cancelled: np.ndarray
    lines: np.ndarray

    @property
    def net(self) -> np.ndarray:
        """Gross after discount."""
        return self.gross - self.discount

    @property
    def day(self) -> np.ndarray:
        """Local day number of each order."""
        return to_local(self.at) // DAY

    def keep(self, mask: np.ndarray) -> "Orders":
        """The chosen orders."""
        return type(self)(**{f.name: getattr(self, f.name)[mask] for f in fields(self)})


@dataclass
class Lines:
    """Order lines as equally long arrays; ``order`` is the position of the line's order, ``place`` its rank in it."""

    order: np.ndarray
    place: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    price: np.ndarray
    cost: np.ndarray

    def keep_orders(self, mask: np.ndarray) -> "Lines":
        """The lines of the chosen orders, at the positions that the orders have after the choice."""
        position = np.cumsum(mask) - 1
        kept = type(self)(**{f.name: getattr(self, f.name)[mask[self.order]] for f in fields(self)})
        kept.order = position[kept.order]
        return kept


def draw_moments(plan: Plan, span: Span, counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """UTC moments of orders; on the day of the autumn change some always fall in the repeated hour.

    The ``dst`` fault makes them a third of the day.
    """
    local = moments(rng, span.days, counts, SHOPPING_HOURS)
    second = np.zeros(len(local), dtype=bool)
    for day in autumn_changes(span.days):
        start, stop = np.searchsorted(local, [day * DAY, (day + 1) * DAY])
        is_fault = bool(plan.faults.hits("dst", np.array([day]))[0])
        least, share = (2, 0.33) if is_fault else (1, 0.03)
        moved = int(min(max(least, (stop - start) * share), stop - start))
        local[start : start + moved] = day * DAY + 2 * HOUR + np.arange(moved) * 197 % HOUR
        second[start : start + moved] = np.arange(moved) % 2 == 1
        plan.faults.rows["dst"] += moved if is_fault else 0
    return to_utc(local, second)


def choose_customers(
    plan: Plan, rng: np.random.Generator, at: np.ndarray, known: int, promoted: int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Customer number of each order (NONE without one) and whether it is a new customer's.

    ``known`` customers exist before; with ``promoted`` the orders are the promotion's, whose customers are new.
    """
    base = known if promoted is None else promoted
    # By day, not by second, so that an order moved within its day changes no other.
    progress = (to_local(at) // DAY - plan.first) / len(plan.days)
    share_new = 0.29 - 0.08 * progress if promoted is None else np.full(len(at), 0.88)
    kind = rng.random(len(at))
    is_anonymous = (kind > 0.90) & (promoted is None)
    is_first = ~is_anonymous & (kind < share_new) | (promoted == customers.PROMOTED) & (np.arange(len(at)) == 0)
    existing_before = base + np.cumsum(is_first) - is_first
    floor = 0 if promoted is None else customers.PROMOTED
    returning = floor + customers.choose_existing(rng, np.maximum(existing_before - floor, 1))
    number = np.where(is_first, existing_before, returning)
    return np.where(is_anonymous, NONE, number), is_first


def draw(
    plan: Plan, products: Products, span: Span, counts: np.ndarray, first_number: int, known: int, promoted: int | None
) -> tuple[Orders, Lines]:
    """The orders of a span with their lines; ``counts`` per day, numbered from ``first_number``."""
    rng = plan.rng("orders" if promoted is None else "promotion", span.index)
    at = draw_moments(plan, span, counts, rng) if promoted is None else _plain_moments(span, counts, rng)
    rows = len(at)
    customer, is_first = choose_customers(plan, rng, at, known, promoted)
    channel, source, campaign = _origins(rng, rows, promoted is not None)
    anywhere = pick(rng.random(rows), customers.COUNTRY_MIX)
    country = np.where(customer < 0, anywhere, customers.country_of(plan.seed, customer))
    currency = customers.currency_of(country)
    day = to_local(at) // DAY
    rate = currencies.rates(plan.seed, day, currency)
    years = (day - plan.first) / 365.0
    lines = _draw_lines(rng, products, customers.segment_of(plan.seed, customer), 1.03**years / rate)
    gross = _sum_by_order(lines, lines.quantity * lines.price, rows)
    cost = _sum_by_order(lines, lines.quantity * lines.cost, rows)
    discount, cancelled = _terms(plan, rng, at, gross)
    orders = Orders(
        number=first_number + np.arange(rows),
        at=at,
        customer=customer,
        is_first=is_first,
        channel=channel,
        source=source,
        campaign=campaign,
        country=country,
        device=pick(rng.random(rows), ORDER_DEVICE_MIX),
        currency=currency,
        rate=rate,
        gross=gross,
        discount=discount,
        cost=np.where(rng.random(rows) < 0.02, NONE, cost),
        cancelled=cancelled,
        lines=np.bincount(lines.order, minlength=rows),
    )
    return orders, lines


def _origins(rng: np.random.Generator, rows: int, is_promotion: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Channel, source and campaign of each order; all of the promotion's come from its own campaign."""
    channel, uniform = pick(rng.random(rows), CHANNEL_MIX), rng.random(rows)
    by_web, elsewhere = pick(uniform, marketing.WEB_ORDER_MIX), pick(uniform, marketing.OTHER_ORDER_MIX)
    source = np.where(channel == WEB, by_web, elsewhere)
    campaign = marketing.campaigns_of(source, rng.random(rows))
    if is_promotion:
        source[:], campaign[:] = marketing.SOCIAL, marketing.STUDENT_CAMPAIGN
    return channel, source, campaign


def _terms(plan: Plan, rng: np.random.Generator, at: np.ndarray, gross: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Discount in cents, and the moment of cancelling (NONE if not, or not by now)."""
    rows = len(at)
    share = np.where(rng.random(rows) < 0.35, rng.choice([0.05, 0.10, 0.15, 0.20, 0.25], rows), 0.0)
    cancelled = at + (rng.exponential(1.2, rows) * DAY).astype(np.int64) + 600
    is_cancelled = (rng.random(rows) < 0.03) & (cancelled <= plan.as_of)
    return np.round(gross * share).astype(np.int64), np.where(is_cancelled, cancelled, NONE)


def _plain_moments(span: Span, counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return to_utc(moments(rng, span.days, counts, SHOPPING_HOURS))


def _sum_by_order(lines: Lines, amounts: np.ndarray, rows: int) -> np.ndarray:
    # Cents stay far below 2**53, so the float sums of bincount are exact.
    return np.bincount(lines.order, weights=amounts, minlength=rows).astype(np.int64)


def _draw_lines(rng: np.random.Generator, products: Products, segment: np.ndarray, price_level: np.ndarray) -> Lines:
    """The baskets of buyers of each segment; ``price_level`` turns list prices into the order's currency."""
    count = np.minimum(1 + rng.poisson(_MORE_LINES[segment]), MAX_LINES)
    order = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
    product = products.choose(rng.random(len(order)), segment[order] == customers.STUDENT)
    quantity = 1 + rng.poisson(_MORE_UNITS[segment[order]])
    in_currency = currencies.RATE_UNIT * price_level[order]
    price = np.round(products.price[product] * in_currency).astype(np.int64)
    cost = np.round(products.cost[product] * in_currency).astype(np.int64)
    return Lines(order, place, product, quantity, price, cost)
