"""Builds the site: reads a mart once, renders every page in every language, and puts assets beside them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboards.assets import Assets
from dashboards.frame import frame
from dashboards.mart import Mart, open_mart
from dashboards.page import Page
from dashboards.pages import alignment, catalogue, company, department, kpi, trust
from dashboards.speaker import LANGUAGES, Speaker

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
PAGES = (company, department, kpi, alignment, catalogue, trust)


@dataclass(frozen=True)
class Built:
    """What a build wrote: ``pages``, their ``bytes`` without assets, and how many ``seconds`` it took."""

    pages: int
    bytes: int
    seconds: float


def build(mart: Path, out: Path, zone: str) -> Built:
    """Build the site of a mart file.

    Args:
        mart: the mart file.
        out: the folder of the site; made if it is not there.
        zone: the company's time zone, in which moments are written.
    """
    start = time.perf_counter()
    out.mkdir(parents=True, exist_ok=True)
    assets = Assets(out / "assets")
    environment = environment_of(assets)
    pages = size = 0
    with open_mart(mart) as read:
        for path, html in _rendered(read, environment, zone):
            file = out / path
            file.parent.mkdir(parents=True, exist_ok=True)
            size += file.write_bytes(html.encode())
            pages += 1
    return Built(pages, size, time.perf_counter() - start)


def environment_of(assets: Assets) -> Environment:
    """Return the templates' environment, which escapes whatever comes from data."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = assets.path
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment


def _rendered(mart: Mart, environment: Environment, zone: str) -> Iterator[tuple[str, str]]:
    """Yield each page's path in the site, and its text."""
    for lang in LANGUAGES:
        say = Speaker(lang, zone)
        around = frame(mart, say)
        for page in _pages(mart, say):
            template = environment.get_template(page.template)
            content = {"frame": around, "page": page, "say": say, "words": say.words("site"), **page.content}
            yield f"{lang}/{page.path}", template.render(content)
    yield "index.html", environment.get_template("choose.html.jinja").render()


def _pages(mart: Mart, say: Speaker) -> Iterator[Page]:
    for kind in PAGES:
        yield from kind.pages(mart, say)
