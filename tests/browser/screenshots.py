"""Renews the pictures of the documentation from the published dashboard: `make screenshots`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
from playwright.sync_api import Browser, sync_playwright

from orchestration.company import load_company
from orchestration.publishing.versions import DASHBOARD, MART
from tests import tools

IMAGES = Path(__file__).parents[2] / "docs" / "images"


@dataclass(frozen=True)
class Picture:
    """A page of the dashboard as a reader with such a screen and theme sees it."""

    name: str
    page: str
    width: int
    height: int
    theme: str = "light"


PICTURES = (
    Picture("company", "en/index.html", 1280, 1060),
    Picture("company-phone", "es/index.html", 390, 844, "dark"),
    Picture("kpi", "en/kpis/average_handle_time.html", 1280, 1240),
    Picture("alignment", "en/alignment.html", 1280, 900),
)


def main() -> None:
    """Take every picture, an hour after the mart's as-of, when nobody would call it old."""
    published = load_company().published
    with duckdb.connect(str(published / MART), read_only=True) as con:
        ((as_of,),) = con.execute("select max(as_of) from kpi_runs where status = 'published'").fetchall()
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tools.chromium(), args=tools.FLAGS)
        for picture in PICTURES:
            _take(browser, picture, published / DASHBOARD, (as_of + timedelta(hours=1)).isoformat() + "Z")
            print(IMAGES / f"{picture.name}.png")


def _take(browser: Browser, picture: Picture, site: Path, now: str) -> None:
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.theme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.clock.set_fixed_time(now)
    page.goto((site / picture.page).as_uri())
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{picture.name}.png")
    context.close()


if __name__ == "__main__":
    main()
