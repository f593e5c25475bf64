"""Traffic sources and campaigns, in the shop's and the web tracker's own words."""

import numpy as np

from data.sample_company.columns import NONE
from data.sample_company.streams import pick

SOURCES = ("organic", "social", "newsletter", "referral", "direct", "cpc", "paid_social", "display", "affiliate", "")
SOCIAL = SOURCES.index("social")
CAMPAIGNS = (
    "cmp_search_brand",
    "cmp_search_generic",
    "cmp_search_products",
    "cmp_social_prospecting",
    "cmp_social_retargeting",
    "cmp_display_awareness",
    "cmp_affiliate_partners",
    "cmp_newsletter_weekly",
    "cmp_student_days",
)
STUDENT_CAMPAIGN = CAMPAIGNS.index("cmp_student_days")

# Weights in the order of SOURCES.
VISIT_MIX = (28, 9, 6, 6, 13, 20, 9, 3.5, 3.5, 2)
WEB_ORDER_MIX = (26, 4, 10, 5, 13, 26, 7, 2, 5, 2)
OTHER_ORDER_MIX = (9, 3, 4, 3, 27, 7, 4, 1.5, 1.5, 40)
LEAD_MIX = (20, 6, 12, 14, 10, 20, 8, 4, 4, 2)

# Campaigns of each source that has any: index of the first one, and the weights.
_CAMPAIGN_MIX = {"cpc": (0, (5, 3, 2)), "paid_social": (3, (3, 2)), "display": (5, (1,)), "affiliate": (6, (1,))}


def campaigns_of(sources: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """A campaign code for each source code; NONE for sources without campaigns."""
    chosen = np.full(len(sources), NONE, dtype=np.int64)
    for name, (first, weights) in {**_CAMPAIGN_MIX, "newsletter": (7, (1,))}.items():
        mask = sources == SOURCES.index(name)
        chosen[mask] = first + pick(uniform[mask], weights)
    return chosen
