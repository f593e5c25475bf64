"""The web tracker: sessions and their events, a Parquet file a UTC day."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pyarrow as pa

from data.sample_company import customers, marketing, orders
from data.sample_company.clock import to_utc
from data.sample_company.columns import NONE, ids, labels
from data.sample_company.pages import EVENTS, PURCHASE, url_codes, url_list
from data.sample_company.plan import Plan, Span
from data.sample_company.products import Products
from data.sample_company.season import BROWSING_WEEK, SHOPPING_HOURS, moments
from data.sample_company.shop import WebOrders, session_ids
from data.sample_company.streams import pick
from data.sample_company.writers import DailyParquet

_SESSIONS = 268_000  # that do not buy
_SESSIONS_PER_PROMOTED = 6.7
_BROWSING, _BROWSING_PROMOTED = 10_000_000_000, 50_000_000_000  # session numbers that belong to no order
_VISIT_DEVICE_MIX = (33, 30, 18, 13, 6)
_KINDS = len(EVENTS)
_PART = 15_000  # sessions expanded into events at a time


@dataclass
class Sessions:
    """Sessions as equally long arrays; ``counts`` is (sessions, kinds of event), ``ends`` NONE unless it is known."""

    number: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    visitor: np.ndarray
    customer: np.ndarray
    source: np.ndarray
    campaign: np.ndarray
    device: np.ndarray
    country: np.ndarray
    product: np.ndarray
    counts: np.ndarray
    failed: np.ndarray

    def parts(self) -> Iterator["Sessions"]:
        """The same sessions, so many at a time that their events take little memory."""
        for start in range(0, len(self.number), _PART):
            yield Sessions(*(getattr(self, f.name)[start : start + _PART] for f in fields(self)))


class Web:
    """Writes ``web/YYYY-MM-DD.parquet`` span by span."""

    def __init__(self, plan: Plan, out: Path, products: Products, promotion_counts: np.ndarray):
        self._plan, self._products = plan, products
        self._counts = plan.counts("sessions", _SESSIONS, BROWSING_WEEK)
        expected = promotion_counts * _SESSIONS_PER_PROMOTED
        self._promotion_counts = plan.rng("promotion.sessions").poisson(expected)
        renamed = plan.faults.windows["renamed_column"][0]
        names = {renamed: {"device": "device_type"}} if "renamed_column" in plan.faults.active else {}
        self._files = DailyParquet(out / "web", names)
        self._urls = url_list()

    def write(self, span: Span, placed: list[WebOrders], known: int) -> None:
        """Write the events of sessions that bought (or failed to) and of those that only looked."""
        self._write_part(span, "", self._counts, _BROWSING, placed[0], known)
        for promoted in placed[1:]:
            self._write_part(span, "promotion.", self._promotion_counts, _BROWSING_PROMOTED, promoted, known)
        self._files.close_before(span.last)

    def close(self) -> None:
        """Close the days that were still open."""
        self._files.close_before(int(self._plan.days[-1]) + 1)

    def _write_part(self, span: Span, name: str, counts: np.ndarray, base: int, placed: WebOrders, known: int) -> None:
        plan, rng = self._plan, self._plan.rng(f"{name}buying", span.index)
        tables = [self._events(rng, _buying(rng, placed))]
        rng, number = plan.rng(f"{name}browsing", span.index), base + plan.before(span, counts)
        for sessions in _browsing(plan, rng, span, plan.on(span, counts), number, known).parts():
            self._files.write(pa.concat_tables([*tables, self._events(rng, sessions)]))
            tables = []
        if tables:
            self._files.write(tables[0])

    def _events(self, rng: np.random.Generator, sessions: Sessions) -> pa.Table:
        """One row per event of the sessions, up to the generated now."""
        total = sessions.counts.sum(axis=1)
        session = np.repeat(np.arange(len(total)), total)
        place = np.arange(len(session)) - np.repeat(np.cumsum(total) - total, total)
        kind = _kinds(sessions.counts, session, place)
        at = _moments(rng, sessions, session, place, total)
        product = self._products.choose(rng.random(len(session)))
        bought = sessions.product[session]
        product = np.where((bought >= 0) & (kind >= 2), bought, product)
        url = url_codes(rng, kind, place, product, sessions.source[session])
        kept = (at < self._plan.as_of) & ~((kind == PURCHASE) & sessions.failed[session])
        return self._table(sessions, session[kept], place[kept], kind[kept], at[kept], product[kept], url[kept])

    def _table(self, sessions: Sessions, session, place, kind, at, product, url) -> pa.Table:
        stamps = pa.array(at * 1_000_000, type=pa.timestamp("us", tz="UTC"))
        has_product = (kind == 1) | (kind == 2)
        return pa.table(
            {
                "event_id": ids("e", sessions.number[session] * 100 + place, 13),
                "session_id": session_ids(sessions.number).take(pa.array(session)),
                "visitor_id": ids("v", sessions.visitor, 11).take(pa.array(session)),
                "user_id": customers.id_column(sessions.customer).take(pa.array(session)),
                "campaign_id": labels(marketing.CAMPAIGNS, sessions.campaign[session]),
                "ts": stamps,
                "event": labels(EVENTS, kind),
                "url": labels(self._urls, url),
                "product_id": ids("P", np.where(has_product, product, NONE), 5),
                "source": labels(marketing.SOURCES, sessions.source[session]),
                "device": labels(orders.DEVICES, sessions.device[session]),
                "country": labels(customers.COUNTRIES, sessions.country[session]),
            }
        )


def _kinds(counts: np.ndarray, session: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Kind of each event: a session's pages come first, then products, cart, checkout, purchase."""
    ends = np.cumsum(counts, axis=1)
    return (place[:, None] >= ends[session, :-1]).sum(axis=1)


def _moments(rng: np.random.Generator, sessions: Sessions, session, place, total) -> np.ndarray:
    """UTC second of each event; a session that bought ends with its order."""
    gaps = np.minimum(np.exp(rng.normal(3.5, 0.9, len(session))), 600.0).astype(np.int64) + 1
    passed = np.cumsum(np.where(place == 0, 0, gaps))
    first = np.cumsum(total) - total
    passed = np.minimum(passed - passed[first[session]], 5_400 + place) if len(session) else passed
    length = passed[first + total - 1] if len(session) else total
    starts = np.where(sessions.ends >= 0, sessions.ends - length, sessions.starts)
    return starts[session] + passed


def _buying(rng: np.random.Generator, web: WebOrders) -> Sessions:
    placed, rows = web.placed, len(web.failed)
    counts = np.ones((rows, _KINDS), dtype=np.int64)
    counts[:, 0] = 1 + rng.poisson(1.5, rows)
    counts[:, 1] = 1 + rng.poisson(2.0, rows)
    counts[:, 2] = placed.lines
    anonymous = 3 * 10**10 + placed.number
    visitor = np.where(placed.customer < 0, anonymous, placed.customer * 10 + placed.device)
    return Sessions(
        number=placed.number,
        starts=placed.at,
        ends=placed.at,
        visitor=visitor,
        customer=placed.customer,
        source=placed.source,
        campaign=placed.campaign,
        device=placed.device,
        country=placed.country,
        product=web.product,
        counts=counts,
        failed=web.failed,
    )


def _browsing(
    plan: Plan, rng: np.random.Generator, span: Span, per_day: np.ndarray, number: int, known: int
) -> Sessions:
    starts = to_utc(moments(rng, span.days, per_day, SHOPPING_HOURS))
    rows = len(starts)
    numbers = number + np.arange(rows)
    device = pick(rng.random(rows), _VISIT_DEVICE_MIX)
    is_known = rng.random(rows) < 0.14
    customer = np.where(is_known, customers.choose_existing(rng, np.full(rows, known)), NONE)
    back = np.where(rng.random(rows) < 0.35, (rng.random(rows) ** 2 * 4_000).astype(np.int64), 0)
    visitor = np.where(is_known, customer * 10 + device, np.maximum(numbers - back, number // 10**10 * 10**10))
    source = pick(rng.random(rows), marketing.VISIT_MIX)
    anywhere = pick(rng.random(rows), customers.COUNTRY_MIX)
    return Sessions(
        number=numbers,
        starts=starts,
        ends=np.full(rows, NONE),
        visitor=visitor,
        customer=customer,
        source=source,
        campaign=marketing.campaigns_of(source, rng.random(rows)),
        device=device,
        country=np.where(is_known, customers.country_of(plan.seed, customer), anywhere),
        product=np.full(rows, NONE),
        counts=_funnel(rng, rows),
        failed=np.zeros(rows, dtype=bool),
    )


def _funnel(rng: np.random.Generator, rows: int) -> np.ndarray:
    """How many events of each kind a session has that does not buy: half of them see one page."""
    kind = rng.random(rows)
    more = kind >= 0.48
    has_cart = kind >= 1 - 0.081
    counts = np.zeros((rows, _KINDS), dtype=np.int64)
    counts[:, 0] = np.where(more, rng.poisson(2.15, rows), rng.random(rows) < 0.85)
    counts[:, 1] = np.where(more, 1 + rng.poisson(1.95, rows), counts[:, 0] == 0)
    counts[:, 2] = np.where(has_cart, 1 + rng.poisson(0.4, rows), 0)
    counts[:, 3] = has_cart & (rng.random(rows) < 0.42)
    return counts
