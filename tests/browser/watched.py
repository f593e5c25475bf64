"""A browser whose pages are watched: whatever leaves the site's folder, fails to load or is complained of is noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Dialog, Page

INSIDE = ("data:", "blob:")
DESKTOP = {"width": 1280, "height": 900}


class Watch:
    """A page and what was noted of it, for as long as it is open."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._folder = folder.as_uri() + "/"
        page.on("request", lambda request: self._see_request(request.url))
        page.on("requestfailed", lambda request: self._note(f"did not load: {request.url} {request.failure}"))
        page.on("console", lambda said: said.type in ("error", "warning") and self._note(f"console: {said.text}"))
        page.on("pageerror", lambda error: self._note(f"error in the page: {error}"))
        page.on("dialog", self._see_dialog)

    def _see_request(self, url: str) -> None:
        if not url.startswith((self._folder, *INSIDE)):
            self._note(f"left the folder: {url}")

    def _see_dialog(self, dialog: Dialog) -> None:
        self._note(f"opened a dialog: {dialog.message}")
        dialog.dismiss()

    def _note(self, complaint: str) -> None:
        self.complaints.append(f"{self.page.url.removeprefix(self._folder)}: {complaint}")


@contextmanager
def watch(chromium: Browser, folder: Path, **options: Any) -> Iterator[Watch]:
    """Open a page in a context of its own; ``options`` are those of ``Browser.new_context``."""
    context = chromium.new_context(**{"locale": "en-GB", "viewport": DESKTOP, **options})
    try:
        context.set_default_timeout(10_000)
        yield Watch(context.new_page(), folder)
    finally:
        context.close()


@contextmanager
def watched_page(chromium: Browser, folder: Path, **options: Any) -> Iterator[Page]:
    """Open a page of which nothing may be noted until the end."""
    with watch(chromium, folder, **options) as watching:
        yield watching.page
    assert not watching.complaints, watching.complaints
