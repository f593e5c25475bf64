"""The documentation site: it builds without a warning, is whole, asks no other host, and names commands that exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import typer.main
import yaml

from orchestration.cli.app import app
from tests.docs.markdown_pages import PAGES, ROOT, console_commands

pytestmark = pytest.mark.fast

KPI = typer.main.get_command(app)
# What a browser fetches by itself: not links that somebody may follow.
FETCHED = re.compile(
    r"""<(?:script|img|iframe|link(?=[^>]*rel="?(?:stylesheet|preconnect|icon)))[^>]*(?:src|href)="?([^"\s>]+)"""
)
FETCHED_BY_STYLE = re.compile(r"(?:@import|url\()\s*['\"]?([^'\")\s]+)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it, but for dbt's page."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_of_the_documentation_is_a_page_of_the_site(site: Path) -> None:
    built = {page.relative_to(site).with_suffix(".md") for page in site.rglob("*.html")}
    assert {page.relative_to(ROOT / "docs") for page in PAGES} <= built


def test_every_page_is_in_the_navigation(site: Path) -> None:
    links = re.findall(r'<a href="([^"#]+)" class="md-nav__link', (site / "index.html").read_text(encoding="utf-8"))
    pages = {page.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for page in PAGES}
    assert pages - set(links) - {"index.html"} == set()


def test_the_site_asks_no_other_host_for_anything(site: Path) -> None:
    pages = {page: FETCHED.findall(page.read_text(encoding="utf-8")) for page in site.rglob("*.html")}
    styles = {style: FETCHED_BY_STYLE.findall(style.read_text(encoding="utf-8")) for style in site.rglob("*.css")}
    assert all(len(found) >= 4 for found in pages.values())  # styles, the worker of the search, the theme's script
    foreign = [
        (file.name, address)
        for file, found in (pages | styles).items()
        for address in found
        if address.startswith(("http:", "https:", "//"))
    ]
    assert foreign == []


def test_a_link_to_a_file_outside_of_the_documentation_is_shown_as_its_path(site: Path) -> None:
    assert "](../dashboards/README.md)" in (ROOT / "docs" / "dashboard.md").read_text(encoding="utf-8")
    page = (site / "dashboard.html").read_text(encoding="utf-8")
    assert "<code>dashboards/README.md</code>" in page
    assert 'href="../dashboards' not in page


def test_the_units_and_the_container_can_be_taken_from_the_site(site: Path) -> None:
    names = {file.name for file in (site / "deploy").iterdir()}
    assert names == {file.name for file in (ROOT / "docs" / "deploy").iterdir()} >= {"Containerfile", "kpi-run.service"}


def test_every_command_that_a_page_shows_exists_with_its_options() -> None:
    commands = list(console_commands())
    assert len(commands) > 40
    told = {(one.page, " ".join(one.arguments)): mistake(KPI, one.arguments) for one in commands}
    assert {call: wrong for call, wrong in told.items() if wrong} == {}


@pytest.mark.parametrize("call", ["lst", "list --nme x", "quarantine lst", "show", "quarantine replay --rul x"])
def test_a_command_that_is_not_there_is_noticed(call: str) -> None:
    assert mistake(KPI, tuple(call.split()))


def mistake(command: Any, arguments: tuple[str, ...]) -> str | None:
    """What is wrong with a call, by the command's own parser; None if nothing is. Nothing is run."""
    try:
        context = command.make_context("kpi", list(arguments))
        nested = {name: command.get_command(context, name) for name in getattr(command, "commands", ())}
        name, *rest = [*context._protected_args, *context.args] if nested else ["", ""]
        return mistake(nested[name], tuple(rest)) if nested else None
    except typer.Exit:
        return None
    except KeyError as name:
        return f"no command {name}"
    except typer.BadParameter.__base__ as error:
        return str(error)


def test_the_units_run_the_programs_as_the_documentation_says() -> None:
    units = {unit.name: unit.read_text(encoding="utf-8") for unit in (ROOT / "docs" / "deploy").glob("*.service")}
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    starts = {
        name: re.findall(r"^ExecStart=/opt/kpi-mart/\.venv/bin/(.+)$", text, re.MULTILINE)
        for name, text in units.items()
    }
    assert starts == {
        "kpi-run.service": ["kpi run"],
        "kpi-webserver.service": ["dagster-webserver -h 127.0.0.1 -p 3000 -m orchestration.definitions"],
        "kpi-daemon.service": ["dagster-daemon run -m orchestration.definitions"],
    }
    for name, text in units.items():
        assert name in page
        for setting in ("User=kpi", "UMask=0027", "KPI_DATA_DIR=/var/lib/kpi-mart", "ProtectSystem=strict"):
            assert setting in text, (name, setting)


def test_the_navigation_names_no_page_twice() -> None:
    listed = re.findall(
        r"[\w/-]+\.md", yaml.safe_dump(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])
    )
    assert len(listed) == len(set(listed)) > 20
