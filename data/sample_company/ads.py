"""The ad platforms: impressions, clicks and cost per campaign and local day, a CSV a month."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from data.sample_company import currencies
from data.sample_company.clock import DAY, months_of
from data.sample_company.columns import dates, decimals, integers, labels
from data.sample_company.marketing import CAMPAIGNS
from data.sample_company.plan import Plan
from data.sample_company.season import BROWSING_WEEK, weights
from data.sample_company.writers import MonthlyFiles

PLATFORMS = ("google_ads", "meta_ads", "display_network", "affiliate_network")
SOCIAL = PLATFORMS.index("meta_ads")
# Campaigns that cost money: platform, cost over two years (euros), cost of a click (cents), clicks per impression.
_PLATFORM = np.array([0, 0, 0, 1, 1, 2, 3])
_COST = np.array([42_000, 36_000, 23_000, 24_000, 16_000, 10_000, 16_000])
_CLICK_CENTS = np.array([95, 140, 120, 85, 70, 60, 150])
_CLICK_SHARE = np.array([0.08, 0.035, 0.04, 0.012, 0.018, 0.004, 0.02])
_CURRENCY = np.array([currencies.EUR, currencies.EUR, currencies.USD, currencies.EUR])


def write(plan: Plan, out: Path) -> None:
    """Write ``ads/YYYY-MM.csv`` for the whole period; there is little of it at any scale."""
    rng, paid = plan.rng("ads"), len(_PLATFORM)
    day = np.repeat(plan.days, paid)
    campaign = np.tile(np.arange(paid), len(plan.days))
    expected = np.repeat(weights(plan.days, BROWSING_WEEK, growth=0.14), paid) * _COST[campaign] * 100 * plan.scale
    euros = expected * np.exp(rng.normal(0, 0.14, len(day)))
    clicks = rng.poisson(euros / _CLICK_CENTS[campaign])
    impressions = clicks + rng.poisson(euros / _CLICK_CENTS[campaign] / _CLICK_SHARE[campaign])
    is_dearer = plan.faults.hits("channel_cost", day) & (_PLATFORM[campaign] == SOCIAL)
    plan.faults.rows["channel_cost"] += int(is_dearer.sum())
    currency = _CURRENCY[_PLATFORM[campaign]]
    rate = currencies.rates(plan.seed, day, currency)
    cost = np.round(euros * np.where(is_dearer, 2, 1) * currencies.RATE_UNIT / rate).astype(np.int64)
    table = pa.table(
        {
            "day": dates(day),
            "campaign_id": labels(CAMPAIGNS, campaign),
            "platform": labels(PLATFORMS, _PLATFORM[campaign]),
            "impressions": integers(impressions),
            "clicks": integers(clicks),
            "cost": decimals(cost),
            "currency": labels(currencies.CODES, currency),
            "fx_rate": decimals(rate, 6),
        }
    )
    files = MonthlyFiles(out / "ads", ".csv")
    files.write(table, months_of(day * DAY))
    files.close()
