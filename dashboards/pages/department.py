"""To be written."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.mart import Mart
from dashboards.page import Page
from dashboards.speaker import Speaker


def pages(mart: Mart, say: Speaker) -> Iterator[Page]:
    """Yield nothing yet."""
    yield from ()
