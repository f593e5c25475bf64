"""Whoever reads: by keyboard or screen reader, in the dark, on paper, without JavaScript, or days too late."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from site_under_test import LANGUAGES, Site
from tour import DRAWN
from watched import watched_page

pytestmark = pytest.mark.browser

FOCUSED = Path(__file__).with_name("focus.js").read_text()
THEMES = ("light", "dark")
SERIOUS = {"serious", "critical"}
# KPIs with much to show and with little: one that the real company cannot feed is among them
KPIS = ("total_revenue", "campaign_roi")
AS_OF = "select as_of from kpi_runs where status = 'published' order by started_at desc limit 1"
PROMISED = "select min(freshness_hours) from kpi_catalog where lifecycle = 'active'"


@pytest.fixture
def page(chromium: Browser, sample: Site) -> Iterator[Page]:
    with watched_page(chromium, sample.folder) as page:
        yield page


def visit(page: Page, site: Site, lang: str, path: str) -> None:
    page.goto(site.url(lang, path))
    page.wait_for_function(DRAWN)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_serious(chromium: Browser, site: Site, lang: str, theme: Any) -> None:
    found = set()
    with watched_page(chromium, site.folder, color_scheme=theme) as page:
        for path in site.samples(lang, KPIS):
            visit(page, site, lang, path)
            found |= {(path, *violation) for violation in violations(page)}
    assert sorted(found) == []


def violations(page: Page) -> Iterator[tuple[str, str]]:
    """What axe finds serious on the open page, as (rule, where)."""
    # it would fetch style sheets, which a page opened from a file cannot
    response = Axe().run(page, options={"resultTypes": ["violations"], "preload": False}).response
    assert response["testEngine"]["name"] == "axe-core"
    for violation in response["violations"]:
        if violation["impact"] in SERIOUS:
            yield violation["id"], violation["nodes"][0]["html"][:200]


@pytest.mark.parametrize("width", [360, 1280])
def test_tab_reaches_everything_that_can_be_used_and_shows_where_it_is(page: Page, sample: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in sample.samples("es", KPIS[:1]):
        visit(page, sample, "es", path)
        usable, reached, hidden = page.evaluate(f"{FOCUSED}; count()"), set(), []
        assert usable > 10, path
        for _ in range(usable + 100):
            page.keyboard.press("Tab")
            place, is_seen, html = page.evaluate(f"{FOCUSED}; here()")
            if place in reached:
                break
            if place >= 0:
                reached.add(place)
                hidden += [] if is_seen else [html]
        assert reached == set(range(usable)), path
        assert hidden == [], path


def test_the_first_tab_leads_past_the_navigation(page: Page, sample: Site) -> None:
    visit(page, sample, "en", "index.html")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("link => link === document.activeElement")
    box = skip.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_language_is_switched_on_the_spot_and_remembered(page: Page, sample: Site) -> None:
    page.goto((sample.folder / "index.html").as_uri())
    page.wait_for_url(sample.url("en", "index.html"))
    for path in sample.samples("en", KPIS[:1]):
        visit(page, sample, "en", path)
        page.locator("a.language").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(sample.url("es", path))
    page.goto((sample.folder / "index.html").as_uri())
    page.wait_for_url(sample.url("es", "index.html"))


def test_whoever_speaks_spanish_is_led_to_spanish_first(chromium: Browser, sample: Site) -> None:
    with watched_page(chromium, sample.folder, locale="es-MX") as page:
        page.goto((sample.folder / "index.html").as_uri())
        page.wait_for_url(sample.url("es", "index.html"))


@pytest.mark.parametrize(("system", "other"), [THEMES, THEMES[::-1]])
def test_the_theme_is_the_systems_until_another_is_chosen(
    chromium: Browser, sample: Site, system: Any, other: str
) -> None:
    with watched_page(chromium, sample.folder, color_scheme=system) as page:
        visit(page, sample, "en", "index.html")
        assert shown_theme(page) == system
        page.locator("button.theme").focus()
        page.keyboard.press("Space")
        assert shown_theme(page) == other
        visit(page, sample, "es", "trust.html")
        assert shown_theme(page) == other


def shown_theme(page: Page) -> str:
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return "light" if sum(map(float, re.findall(r"[\d.]+", colour)[:3])) > 3 * 128 else "dark"


@pytest.mark.parametrize(("late", "is_old"), [(timedelta(hours=-1), False), (timedelta(hours=1), True)])
def test_a_banner_says_that_a_page_is_older_than_its_kpis_promise(
    page: Page, sample: Site, late: timedelta, is_old: bool
) -> None:
    ((as_of,),), ((hours,),) = sample.ask(AS_OF), sample.ask(PROMISED)
    assert isinstance(as_of, datetime)
    page.clock.set_fixed_time(f"{as_of + timedelta(hours=hours) + late:%Y-%m-%dT%H:%M:%SZ}")
    for path in sample.samples("en"):
        visit(page, sample, "en", path)
        assert page.locator(".stale").is_visible() == is_old, path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_companys_scorecard_is_one_sheet_of_paper(page: Page, sample: Site, lang: str) -> None:
    visit(page, sample, lang, "index.html")
    assert sheets(page.pdf(format="A4")) == 1


def test_sheets_are_counted(page: Page) -> None:
    page.set_content("<p style='break-after: page'>one</p><p style='break-after: page'>two</p><p>three</p>")
    assert sheets(page.pdf(format="A4")) == 3


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_without_javascript_values_and_links_are_there(chromium: Browser, sample: Site) -> None:
    with watched_page(chromium, sample.folder, java_script_enabled=False) as page:
        page.goto(sample.url("en", "index.html"))
        values = page.locator("[data-kpi] data[value]").all_inner_texts()
        assert len(values) == 12
        assert all(value.strip() for value in values)
        link = page.locator("a[data-kpi]").first
        kpi = link.get_attribute("data-kpi")
        link.click()
        page.wait_for_url(sample.url("en", f"kpis/{kpi}.html"))
        assert page.locator("h1").count() == 1


def test_every_grain_of_a_course_can_be_chosen_and_read_by_keyboard(page: Page, sample: Site) -> None:
    visit(page, sample, "es", "kpis/total_revenue.html")
    course = page.locator("#course")
    buttons = course.locator("[data-choose=grain]")
    assert buttons.count() == len(sample.ask("select distinct grain from kpi_values where kpi = 'total_revenue'"))
    for button in buttons.all():
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_function(DRAWN)
        plot = course.locator(".panel:not([hidden]) .plot")
        rows = course.locator(".panel:not([hidden]) tbody tr")
        newest, before = (rows.nth(place).locator("th, td").all_text_contents()[:2] for place in (0, 1))
        plot.focus()
        page.keyboard.press("End")
        assert (plot.get_attribute("aria-valuetext") or "").startswith(": ".join(newest))
        page.keyboard.press("ArrowLeft")
        assert (plot.get_attribute("aria-valuetext") or "").startswith(": ".join(before))
        assert course.locator(".panel:not([hidden]) .readout").inner_text() == plot.get_attribute("aria-valuetext")
