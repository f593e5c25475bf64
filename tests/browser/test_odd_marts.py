"""What a company may one day have looks right: no data or target, crowds, long names, extreme values, markup."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import odd_marts as odd_mart
import pytest
import tour
from playwright.sync_api import Browser
from site_under_test import LANGUAGES, Site
from test_every_page import spaced
from test_every_reader import KPIS, THEMES, violations, visit
from watched import DESKTOP, watched_page

from metrics.wording import numbers

pytestmark = pytest.mark.browser

SIZES = [(unit, size) for unit in odd_mart.OF_UNIT for size in (odd_mart.LARGE, odd_mart.SMALL)]
ODD = (
    *(odd_mart.WITHOUT_DATA, odd_mart.WITHOUT_TARGET, odd_mart.UNCERTIFIED, odd_mart.WITHIN),
    *(odd_mart.NAMED_LONG, odd_mart.NAMED_MARKUP, odd_mart.DRAFT),
    *(odd_mart.of_size(size, unit) for unit, size in SIZES),
)
SHOWN = ("index.html", "catalogue.html", "alignment.html", "trust.html", *(f"kpis/{kpi}.html" for kpi in ODD))


@pytest.fixture(scope="module", params=["odd", "aimless", "empty"])
def strange(chromium: Browser, request: pytest.FixtureRequest) -> tour.Tour:
    site = request.getfixturevalue(request.param)
    return tour.take(chromium, site, SHOWN if request.param == "odd" else site.samples("en", KPIS))


@pytest.fixture(scope="module")
def company(chromium: Browser, odd: Site) -> dict[str, tour.Sights]:
    """The odd company's scorecard by language."""
    return {page.lang: page for page in tour.take(chromium, odd, ["index.html"], widths=()).pages}


def test_strange_sites_have_no_errors_and_fit_every_width(strange: tour.Tour) -> None:
    assert strange.complaints == ()
    assert {(page.name, width): found for page in strange.pages for width, found in page.wide.items() if found} == {}
    assert all(page.headings for page in strange.pages)


def test_sixty_kpis_have_sixty_tiles_and_what_does_not_live_has_none(company: dict[str, tour.Sights]) -> None:
    for lang in LANGUAGES:
        tiles = [kpi for kpi, _, _ in company[lang].tiles]
        assert len(tiles) == len(set(tiles)) == odd_mart.ON_THE_SCORECARD
        assert not {odd_mart.RETIRED, odd_mart.DRAFT} & set(tiles)


@pytest.mark.parametrize(("unit", "size"), SIZES)
def test_extreme_values_are_written_out_in_their_unit(company: dict[str, tour.Sights], unit: str, size: float) -> None:
    for lang in LANGUAGES:
        tiles = {kpi: (exact, text) for kpi, exact, text in company[lang].tiles}
        exact, text = tiles[odd_mart.of_size(size, unit)]
        assert exact is not None
        assert float(exact) == size
        currency = "EUR" if unit == "currency" else None
        assert spaced(text) == spaced(numbers.value(size, unit, currency, "es" if lang == "es" else "en"))


def test_markup_in_names_and_segments_is_text(chromium: Browser, odd: Site, company: dict[str, tour.Sights]) -> None:
    assert odd_mart.MARKUP in company["en"].lines
    with watched_page(chromium, odd.folder) as page:
        visit(page, odd, "en", f"kpis/{odd_mart.NAMED_MARKUP}.html")
        assert page.locator("h1").inner_text() == odd_mart.MARKUP
        scripts = page.locator("script").evaluate_all("found => found.map(({textContent}) => textContent.trim())")
        assert scripts
        assert "alert(1)" not in scripts
        slices = page.locator("#slices")
        assert slices.get_by_text(odd_mart.MARKUP).count() > 0
        assert slices.get_by_text(odd_mart.UNBROKEN).count() > 0


def test_reasons_bounds_and_the_last_certified_value_are_told(chromium: Browser, odd: Site) -> None:
    with watched_page(chromium, odd.folder) as page:
        visit(page, odd, "en", "index.html")
        tile = {kpi: page.locator(f'[data-kpi="{kpi}"]').first.inner_text() for kpi in ODD if kpi != odd_mart.DRAFT}
    assert "no orders are loaded" in tile[odd_mart.WITHOUT_DATA]
    assert "the newest order is 5 days old" in tile[odd_mart.UNCERTIFIED]
    ((before,),) = odd.ask(f"select previous_value from kpi_scorecard where kpi = '{odd_mart.UNCERTIFIED}'")
    assert numbers.value(before, "percent") in tile[odd_mart.UNCERTIFIED]
    assert "no target" in tile[odd_mart.WITHOUT_TARGET]
    assert "7.0 to 8.5" in tile[odd_mart.WITHIN]
    assert odd_mart.LONG["en"] in tile[odd_mart.NAMED_LONG]


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious_on_odd_pages(chromium: Browser, odd: Site, theme: Any) -> None:
    found = set()
    with watched_page(chromium, odd.folder, color_scheme=theme) as page:
        for path in SHOWN[: -len(SIZES)]:
            visit(page, odd, "es", path)
            found |= {(path, *violation) for violation in violations(page)}
    assert sorted(found) == []


@pytest.mark.skipif(
    "KPI_SCREENSHOTS" not in os.environ, reason="KPI_SCREENSHOTS names no folder for pictures to look at"
)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", tour.WIDTHS)
def test_pictures_to_look_at(chromium: Browser, odd: Site, width: int, theme: Any) -> None:
    folder = Path(os.environ["KPI_SCREENSHOTS"])
    with watched_page(chromium, odd.folder, color_scheme=theme, viewport={**DESKTOP, "width": width}) as page:
        for lang in LANGUAGES:
            for path in SHOWN:
                visit(page, odd, lang, path)
                name = path.removesuffix(".html").replace("/", "-")
                picture = folder / f"{lang}-{name}-{width}-{theme}.png"
                page.screenshot(path=picture, full_page=True)
                assert picture.stat().st_size > 1000
