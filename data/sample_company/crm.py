"""The CRM: leads, deals and sales activities, whole CSV files in UTC."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from data.sample_company import customers, marketing
from data.sample_company.clock import DAY, HOUR, to_utc
from data.sample_company.columns import NONE, decimals, ids, labels, utc_text
from data.sample_company.plan import Plan, Span
from data.sample_company.season import OFFICE_HOURS, OFFICE_WEEK, moments
from data.sample_company.streams import pick
from data.sample_company.writers import CsvFile

_LEADS, _OTHER_DEALS = 9_000, 420
_OWNERS = tuple(f"seller_{n:02d}" for n in range(1, 9))
_OWNER_MIX = (16, 14, 14, 13, 12, 12, 10, 9)
_PRODUCTS = ("office_plan", "bulk_supply", "custom_branding", "maintenance")
_PRODUCT_MIX = (38, 30, 18, 14)
MARKETS = ("ES", "PT", "FR", "IT", "DE", "NL", "BE", "GB", "PL", "AT", "CH", "SE", "DK", "IE")
# Months after the first day in which the first deals of a market may come; it is analysed in the two before.
_ENTERED = np.array([0, 0, 0, 0, 0, 4, 7, 10, 13, 16, 19, 22, 23, 25])
_MARKET_MIX = np.array([34, 11, 14, 10, 9, 5, 4, 5, 4, 4, 4, 4, 4, 4])
_MONTH = 30.4 * DAY
_KINDS = ("call", "follow_up_call", "presentation", "market_analysis", "meeting", "email")
_KIND_MIX = (22, 27, 11, 0, 13, 27)
_MARKET_ANALYSIS = _KINDS.index("market_analysis")
_STAGES = ("open", "won", "lost")


class Crm:
    """Writes the CRM's extracts span by span."""

    def __init__(self, plan: Plan, out: Path):
        self._plan = plan
        self._leads, self._deals, self._activities = (
            CsvFile(out / "crm" / f"{table}.csv") for table in ("leads", "deals", "activities")
        )
        self._lead_counts = plan.counts("leads", _LEADS, OFFICE_WEEK, growth=0.22, swing=0.5)
        self._deal_counts = plan.counts("deals", _OTHER_DEALS, OFFICE_WEEK, growth=0.15, swing=0.5)

    def write(self, span: Span, known: int) -> None:
        """Write the span's leads, the deals that come of them, deals without a lead, and all their activities."""
        plan, rng = self._plan, self._plan.rng("crm", span.index)
        created = to_utc(moments(rng, span.days, plan.on(span, self._lead_counts), OFFICE_HOURS))
        lead = plan.before(span, self._lead_counts) + np.arange(len(created))
        converted = created + (np.exp(rng.normal(np.log(8.0), 0.9, len(lead))) * DAY).astype(np.int64)
        converted = np.where((rng.random(len(lead)) < 0.24) & (converted < plan.as_of), converted, NONE)
        customer = np.where(converted >= 0, customers.choose_existing(rng, np.full(len(lead), known)), NONE)
        self._write_leads(rng, lead, created, customer, converted)
        has_deal = (converted >= 0) & (rng.random(len(lead)) < 0.82)
        direct = to_utc(moments(rng, span.days, plan.on(span, self._deal_counts), OFFICE_HOURS))
        started = np.concatenate([converted[has_deal], direct])
        none = np.full(len(direct), NONE)
        number = np.concatenate(
            [lead[has_deal] * 10, (plan.before(span, self._deal_counts) + np.arange(len(direct))) * 10 + 1]
        )
        self._write_deals(
            rng, number, np.concatenate([lead[has_deal], none]), np.concatenate([customer[has_deal], none]), started
        )
        self._write_analyses(span)

    def close(self) -> None:
        """Close all files."""
        for file in (self._leads, self._deals, self._activities):
            file.close()

    def _write_leads(self, rng: np.random.Generator, lead, created, customer, converted) -> None:
        source = pick(rng.random(len(lead)), marketing.LEAD_MIX)
        self._leads.write(
            pa.table(
                {
                    "lead_id": ids("LD", lead, 8),
                    "created_at": utc_text(created),
                    "campaign_id": labels(marketing.CAMPAIGNS, marketing.campaigns_of(source, rng.random(len(lead)))),
                    "source": labels(marketing.SOURCES, source),
                    "customer_id": customers.id_column(customer),
                    "converted_at": utc_text(converted),
                    "updated_at": utc_text(np.maximum(created, converted)),
                }
            )
        )

    def _write_deals(self, rng: np.random.Generator, number, lead, customer, created) -> None:
        plan, rows = self._plan, len(number)
        owner = pick(rng.random(rows), _OWNER_MIX)
        market = self._markets(rng, created)
        closed = created + (np.exp(rng.normal(np.log(18.0), 0.65, rows)) * DAY).astype(np.int64) + HOUR
        is_won = rng.random(rows) < 0.52
        closed = np.where((closed < plan.as_of) & (rng.random(rows) < 0.96), closed, NONE)
        stage = np.where(closed < 0, 0, np.where(is_won, 1, 2))
        amount = np.round(np.exp(rng.normal(np.log(2_300.0), 0.8, rows)) * 100).astype(np.int64)
        self._deals.write(
            pa.table(
                {
                    "deal_id": ids("D", number, 9),
                    "lead_id": ids("LD", lead, 8),
                    "customer_id": customers.id_column(customer),
                    "owner": labels(_OWNERS, owner),
                    "product": labels(_PRODUCTS, pick(rng.random(rows), _PRODUCT_MIX)),
                    "market": labels(MARKETS, market),
                    "stage": labels(_STAGES, stage),
                    "created_at": utc_text(created),
                    "closed_at": utc_text(closed),
                    "amount": decimals(amount),
                    "updated_at": utc_text(np.maximum(created, closed)),
                }
            )
        )
        self._write_activities(rng, number, owner, market, created, closed)

    def _markets(self, rng: np.random.Generator, created: np.ndarray) -> np.ndarray:
        """A market per deal among those that the company has entered by then."""
        month = (created - self._plan.first * DAY) / _MONTH
        open_mix = np.where(_ENTERED[None, :] <= month[:, None], _MARKET_MIX, 0).astype(float)
        edges = np.cumsum(open_mix, axis=1)
        return (rng.random(len(created))[:, None] * edges[:, -1:] >= edges).sum(axis=1)

    def _write_activities(self, rng: np.random.Generator, number, owner, market, created, closed) -> None:
        count = 2 + rng.poisson(4.5, len(number))
        deal = np.repeat(np.arange(len(number)), count)
        place = np.arange(len(deal)) - np.repeat(np.cumsum(count) - count, count)
        until = np.where(closed < 0, created + 30 * DAY, closed)
        at = created[deal] + (rng.random(len(deal)) * (until - created)[deal]).astype(np.int64)
        kept = at < self._plan.as_of
        deal, place, at = deal[kept], place[kept], at[kept]
        kind = pick(rng.random(len(kept)), _KIND_MIX)[kept]
        self._append(number[deal] * 100 + place, number[deal], owner[deal], kind, market[deal], at)

    def _write_analyses(self, span: Span) -> None:
        """Market analyses: in the months before a market is entered, and now and then elsewhere."""
        rng, first = self._plan.rng("analyses", span.index), self._plan.first
        days = np.repeat(span.days, len(MARKETS))
        market = np.tile(np.arange(len(MARKETS)), len(span.days))
        before = _ENTERED[market] - (days - first) * DAY / _MONTH
        chance = np.where((before > 0) & (before <= 2.2), 0.09, np.where(before <= 0, 0.004, 0.0))
        chosen = np.flatnonzero((rng.random(len(days)) < chance) & ((days + 3) % 7 < 5))
        days, market = days[chosen], market[chosen]
        at = to_utc(days * DAY + 9 * HOUR + rng.integers(0, 8 * HOUR, len(days)))
        none, kind = np.full(len(days), NONE), np.full(len(days), _MARKET_ANALYSIS)
        self._append(90_000_000_000 + days * 100 + market, none, market % len(_OWNERS), kind, market, at)

    def _append(self, activity, deal, owner, kind, market, at) -> None:
        self._activities.write(
            pa.table(
                {
                    "activity_id": ids("A", activity, 11),
                    "deal_id": ids("D", deal, 9),
                    "owner": labels(_OWNERS, owner),
                    "kind": labels(_KINDS, kind),
                    "market": labels(MARKETS, market),
                    "occurred_at": utc_text(at),
                }
            )
        )
