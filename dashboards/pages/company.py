"""The company's page: its scorecard, its objectives, and what changed most and why."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.aims import aims
from dashboards.mart import Mart
from dashboards.page import COMPANY, Page
from dashboards.sentences import changes, summary
from dashboards.speaker import Speaker
from dashboards.tiles import tiles


def pages(mart: Mart, say: Speaker) -> Iterator[Page]:
    """Yield the page of the company's scorecard."""
    kpis = [kpi for kpi, card in mart.scorecard.items() if card["company_level"]]
    words = say.words("company")
    content = {
        "own": words,
        "sentences": summary(mart, say, kpis),
        "tiles": tiles(mart, say, kpis),
        "aims": aims(mart, say),
        "changes": changes(mart, say, kpis),
    }
    yield Page(COMPANY, "company.html.jinja", words["title"], content)
