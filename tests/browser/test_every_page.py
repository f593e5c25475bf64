"""Every page of both companies' sites, opened from file:// as a reader has it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import english
import pytest
import tour
from playwright.sync_api import Browser
from site_under_test import LANGUAGES, Site

from metrics.wording import dates, numbers

pytestmark = pytest.mark.browser

KB, MB = 1000, 1_000_000
ZONES = {"sample": "Europe/Madrid", "real": "Europe/London"}
KINDS = {"index.html", "alignment.html", "trust.html", "catalogue.html"}
AS_OF = "select as_of from kpi_runs where status = 'published' order by started_at desc limit 1"
COURSES = """
    select kpi, grain, period_start, value, unit, currency
    from kpi_values join kpi_catalog using (kpi) where slice = ''
"""
CARDS = "select card.kpi, card.value, unit, currency from kpi_scorecard as card join kpi_catalog using (kpi)"


@pytest.fixture(scope="module")
def seen(chromium: Browser, site: Site) -> tour.Tour:
    return tour.take(chromium, site)


def test_no_page_leaves_its_folder_or_has_an_error(seen: tour.Tour) -> None:
    assert len(seen.pages) > 2 * len(KINDS)
    assert seen.complaints == ()


def test_both_languages_have_a_page_for_everything_that_lives(seen: tour.Tour) -> None:
    living = "from kpi_catalog where lifecycle <> 'retired'"
    expected = KINDS | {f"kpis/{kpi}.html" for (kpi,) in seen.site.ask(f"select kpi {living}")}
    departments = seen.site.ask(f"select distinct department {living} and department <> 'company'")
    expected |= {f"departments/{department}.html" for (department,) in departments}
    for lang in LANGUAGES:
        assert set(seen.site.paths(lang)) == expected


def test_every_page_says_its_language_its_name_its_run_and_as_of_when_it_is(
    seen: tour.Tour, request: pytest.FixtureRequest
) -> None:
    ((as_of,),) = seen.site.ask(AS_OF)
    local = as_of.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(ZONES[request.node.callspec.params["site"]]))
    ((run,),) = seen.site.ask(AS_OF.replace("as_of", "run_id", 1))
    for page in seen.pages:
        assert page.said_lang == page.lang, page.name
        assert len(page.headings) == 1, page.name
        assert page.headings[0], page.name
        assert f"{dates.day(local.date(), page.lang)}, {local:%H:%M}" in page.header, page.name
        assert page.run == run, page.name
        assert page.run[:4] in page.header, page.name


def test_no_two_pages_of_a_language_have_the_same_title(seen: tour.Tour) -> None:
    for lang in LANGUAGES:
        titles = Counter(page.title for page in seen.of(lang))
        assert [title for title, count in titles.items() if count > 1] == []


def test_every_link_leads_to_a_file_and_a_place_in_it(seen: tour.Tour) -> None:
    ids = {page.name: page.ids for page in seen.pages}
    broken = {
        (page.name, link)
        for page in seen.pages
        for link in page.links
        if not link.startswith("mailto:") and not leads_somewhere(link, seen.site.folder, ids)
    }
    assert broken == set()


def leads_somewhere(link: str, folder: Path, ids: dict[str, frozenset[str]]) -> bool:
    parts = urlsplit(link)
    file = Path(unquote(parts.path))
    if parts.scheme != "file" or not file.is_file() or not file.is_relative_to(folder):
        return False
    return not parts.fragment or unquote(parts.fragment) in ids[str(file.relative_to(folder))]


def test_every_value_is_that_of_the_mart_in_writing_and_for_machines(seen: tour.Tour) -> None:
    mart = {kpi: (value, unit, currency) for kpi, value, unit, currency in seen.site.ask(CARDS)}
    shown = {(page.name, *tile) for page in seen.pages for tile in page.tiles if tile[0] in mart}
    shown |= {(page.name, kpi, *page.value) for page in seen.pages if (kpi := Path(page.path).stem) in mart}
    assert {(name[:2], kpi) for name, kpi, _, _ in shown} == {(lang, kpi) for lang in LANGUAGES for kpi in mart}
    for name, kpi, exact, text in shown:
        value, unit, currency = mart[kpi]
        if value is None:
            assert not exact, (name, kpi)
            continue
        assert exact, (name, kpi)
        assert float(exact) == value, (name, kpi)
        assert spaced(text) == spaced(numbers.value(value, unit, currency, lang_of(name))), (name, kpi)


def test_every_value_of_a_course_is_that_of_the_mart(seen: tour.Tour) -> None:
    mart = {(kpi, grain, start): number for kpi, grain, start, *number in seen.site.ask(COURSES)}
    shown = [
        (page.name, (Path(page.path).stem, grain, date.fromisoformat(start)), text)
        for page in seen.pages
        for grain, start, text in page.course
    ]
    assert len(shown) > 5_000
    wrong = [
        (name, key, text, mart[key])
        for name, key, text in shown
        if spaced(text) != spaced(numbers.value(*mart[key], lang_of(name)))
    ]
    assert wrong[:5] == []


def lang_of(name: str) -> numbers.Language:
    return "es" if name.startswith("es/") else "en"


def spaced(text: str | None) -> str:
    """A text without its spaces: the one before a unit may be made by style."""
    return re.sub(r"\s", "", text or "")


def test_spanish_pages_have_no_english_words(seen: tour.Tour) -> None:
    names = english.names_of(seen.site)
    lines = {line: page.name for page in seen.of("es") for line in page.lines}
    left = {line: (page, words) for line, page in lines.items() if (words := english.words_in(line, names))}
    assert left == {}


def test_what_is_the_same_in_both_languages_is_a_name(seen: tour.Tour) -> None:
    names = english.names_of(seen.site)
    both = {line for page in seen.of("en") for line in page.lines} & {
        line for page in seen.of("es") for line in page.lines
    }
    assert {line for line in both if english.has_words(line, names)} == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_of_the_mart_stands_in_the_other_language(seen: tour.Tour, lang: str) -> None:
    pairs = english.said_twice(seen.site)
    assert len(pairs) > 50
    own, others = (index := LANGUAGES.index(lang)), 1 - index
    ours = {pair[own] for pair in pairs}
    foreign = [pair[others] for pair in pairs if pair[others] not in ours]
    assert english.among(foreign, (line for page in seen.of(lang) for line in page.lines)) == []


def test_decimals_are_written_as_the_language_has_them(seen: tour.Tour) -> None:
    of = {"en": english.SPANISH_DECIMALS, "es": english.ENGLISH_DECIMALS}
    lines = {(page.lang, english.unquoted(line)): page.name for page in seen.pages for line in page.lines}
    assert {line: page for (lang, line), page in lines.items() if of[lang].search(line)} == {}


def test_nothing_is_wider_than_a_phone_a_tablet_or_a_desktop(seen: tour.Tour) -> None:
    wide = {(page.name, width): found for page in seen.pages for width, found in page.wide.items() if found}
    assert wide == {}


def test_pages_are_light(seen: tour.Tour, record_property: pytest.RecordProperty) -> None:
    folder = seen.site.folder
    weights = {str(file.relative_to(folder)): file.stat().st_size for file in folder.rglob("*") if file.is_file()}
    pages = {name: weight for name, weight in weights.items() if name.endswith(".html")}
    assert {name: weight for name, weight in pages.items() if weight > 200 * KB} == {}
    assets = sum(weights.values()) - sum(pages.values())
    assert assets <= 1 * MB
    assert sum(weights.values()) <= 10 * MB
    largest = max(pages, key=pages.__getitem__)
    record_property(
        "figure",
        f"{len(pages)} pages, {sum(weights.values()) / MB:.1f} MB in all, {assets / KB:.0f} KB shared, "
        f"the largest page {pages[largest] / KB:.0f} KB ({largest})",
    )
