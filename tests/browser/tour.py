"""A tour of a site: its pages are opened once in every language, and what there is to see is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page
from site_under_test import LANGUAGES, Site
from watched import DESKTOP, watch

WIDTHS = (360, 768, 1024, 1280)
SIGHTS = Path(__file__).with_name("sights.js").read_text()
OVERFLOW = Path(__file__).with_name("overflow.js").read_text()
# charts are drawn after the page is there, those that a reader has not chosen yet not at all
DRAWN = "[...document.querySelectorAll('.panel:not([hidden]) .plot')].every(plot => plot.dataset.drawn)"


@dataclass(frozen=True)
class Sights:
    """A page as a reader has it before them.

    ``path`` is relative to the language's folder. ``lines`` are its texts and the names of its images and controls, but
    for what is marked as another language or as not to be translated. ``tiles`` are (KPI, exact value, text). A KPI's
    page has its own ``value`` as (exact value, text) and its ``course`` as (grain, first day of the period, text).
    ``wide`` holds, per width of the window, what is wider.
    """

    lang: str
    path: str
    title: str
    said_lang: str
    headings: tuple[str, ...]
    header: str
    run: str
    lines: tuple[str, ...]
    links: tuple[str, ...]
    ids: frozenset[str]
    tiles: tuple[tuple[str, str | None, str | None], ...]
    value: tuple[str | None, str | None]
    course: tuple[tuple[str, str, str], ...]
    wide: dict[int, tuple[str, ...]]

    @property
    def name(self) -> str:
        """How a failure names the page."""
        return f"{self.lang}/{self.path}"


@dataclass(frozen=True)
class Tour:
    """Pages of a site, and whatever a browser had to complain of on the way."""

    site: Site
    pages: tuple[Sights, ...]
    complaints: tuple[str, ...]

    def of(self, lang: str) -> list[Sights]:
        """The pages of a language."""
        return [page for page in self.pages if page.lang == lang]


def take(chromium: Browser, site: Site, paths: Sequence[str] = (), widths: Sequence[int] = WIDTHS) -> Tour:
    """Open pages of a site in every language: all of them, or those at ``paths``."""
    with watch(chromium, site.folder) as watching:
        pages = [
            _look(watching.page, site, lang, path, widths) for lang in LANGUAGES for path in paths or site.paths(lang)
        ]
    return Tour(site, tuple(pages), tuple(watching.complaints))


def _look(page: Page, site: Site, lang: str, path: str, widths: Sequence[int]) -> Sights:
    page.set_viewport_size(DESKTOP)
    page.goto(site.url(lang, path))
    page.wait_for_function(DRAWN)
    seen = page.evaluate(SIGHTS)
    wide = {width: too_wide(page, width) for width in widths}
    return Sights(
        lang=lang,
        path=path,
        title=seen["title"],
        said_lang=seen["lang"],
        headings=tuple(seen["headings"]),
        header=seen["header"],
        run=seen["run"],
        lines=tuple(seen["lines"]),
        links=tuple(seen["links"]),
        ids=frozenset(seen["ids"]),
        tiles=tuple(map(tuple, seen["tiles"])),
        value=tuple(seen["value"]),
        course=tuple(map(tuple, seen["course"])),
        wide=wide,
    )


def too_wide(page: Page, width: int) -> tuple[str, ...]:
    """What of the open page is beyond the edge of a window of this width, in CSS pixels."""
    page.set_viewport_size({"width": width, "height": 900})
    return tuple(page.evaluate(OVERFLOW))
