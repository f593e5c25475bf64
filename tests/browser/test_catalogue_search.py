"""The catalogue as a reader uses it: typing, filtering, sharing what was found, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect
from site_under_test import Site
from watched import watched_page

pytestmark = pytest.mark.browser

FOUND = ".entry:not([hidden]) h2"


@pytest.fixture
def page(chromium: Browser, sample: Site) -> Iterator[Page]:
    with watched_page(chromium, sample.folder) as page:
        page.goto(sample.url("es", "catalogue.html"))
        yield page


def test_words_are_found_in_both_languages_whatever_their_accents_and_capitals(page: Page) -> None:
    every = page.locator(".entry").count()
    for typed, found in (
        ("TASA conversion", ["Tasa de conversión", "Tasa de conversión de leads"]),
        ("net promoter customer", ["Net Promoter Score"]),
        ("revenue_ytd", ["Ingresos del año hasta la fecha"]),
    ):
        page.get_by_role("searchbox").fill(typed)
        shown = page.locator(FOUND).all_inner_texts()
        assert set(found) <= set(shown), (typed, shown)
        expect(page.locator(".count")).to_have_text(f"{len(shown)} de {every} cifras")
        assert 0 < len(shown) < every


def test_the_keyboard_begins_a_search_and_ends_it(page: Page) -> None:
    every = page.locator(".entry").count()
    search = page.get_by_role("searchbox")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")  # a slash within a search is a slash
    expect(page.locator(".nothing")).to_be_visible()
    page.keyboard.press("Escape")
    expect(search).to_have_value("")
    expect(page.locator(".nothing")).to_be_hidden()
    assert page.locator(FOUND).count() == every


def test_the_address_keeps_the_search_for_others_and_for_the_other_language(page: Page, sample: Site) -> None:
    page.get_by_role("searchbox").fill("ventas")
    page.get_by_label("Clase").select_option("kpi")
    address, shown = page.url, page.locator(".entry:not([hidden])").evaluate_all("found => found.map(({id}) => id)")
    assert address.endswith("#q=ventas&kind=kpi")
    assert shown
    page.goto("about:blank")
    page.goto(address)
    again = page.locator(".entry:not([hidden])").evaluate_all("found => found.map(({id}) => id)")
    assert again == shown
    page.locator("a.language").click()
    assert page.url == sample.url("en", "catalogue.html") + "#q=ventas&kind=kpi"
    expect(page.get_by_role("searchbox")).to_have_value("ventas")
    expect(page.get_by_label("Kind")).to_have_value("kpi")


def test_filters_and_search_hold_together_and_nothing_found_offers_all(page: Page) -> None:
    every = page.locator(".entry").count()
    page.get_by_label("Departamento").select_option("people")
    assert 0 < page.locator(FOUND).count() < every
    page.get_by_role("searchbox").fill("carritos")
    assert page.locator(FOUND).count() == 0
    page.get_by_role("button", name="Mostrar todo").click()
    assert page.locator(FOUND).count() == every
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_the_order_by_department_keeps_them_together(page: Page) -> None:
    page.get_by_role("button", name="departamento").click()
    stands = "found => found.map(({dataset}) => JSON.parse(dataset.is).department)"
    houses = page.locator(".entry").evaluate_all(stands)
    together = [house for before, house in pairwise([None, *houses]) if house != before]
    assert len(together) == len(set(houses)) > 1


def test_the_order_of_the_catalogue_is_not_that_of_the_companys_tiles(page: Page, sample: Site) -> None:
    page.get_by_role("button", name="departamento").click()
    page.goto(sample.url("es", "index.html"))
    expect(page.get_by_role("button", name="lo que pide atención")).to_have_attribute("aria-pressed", "true")
    page.goto(sample.url("es", "catalogue.html"))
    expect(page.get_by_role("button", name="departamento")).to_have_attribute("aria-pressed", "true")
